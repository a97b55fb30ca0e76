import { describe, expect, it } from '@jest/globals';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { boxQuadrature } from '../../metrics/boxQuadrature.ts';
import { logPartition } from '../../metrics/logPartition.ts';
import { negativeLogLikelihood } from '../../metrics/negativeLogLikelihood.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';

const DEVIATIONS = [0.5, 2, 1];
const gaussian =
  (n: number) =>
  (x: Tensor2D): Tensor1D =>
    tf.mul(0.5, tf.sum(tf.square(tf.div(tf.sub(x, 0.25), DEVIATIONS.slice(0, n))), 1));

describe('boxQuadrature', () => {
  it.each([1, 2, 3])('integrates a normal density in R^%i', async (n) => {
    const sides = DEVIATIONS.slice(0, n).map((deviation) => 7 * deviation);
    const rule = boxQuadrature(euclidean(n), { from: sides.map((side) => 0.25 - side), to: sides.map((side) => 0.25 + side) });
    const exact = DEVIATIONS.slice(0, n).reduce((sum, deviation) => sum + Math.log(deviation * Math.sqrt(2 * Math.PI)), 0);
    expect(Math.abs((await logPartition(gaussian(n), rule)) - exact)).toBeLessThan(1e-4);
  });

  it('gives likelihoods in flat space, and knows a spike between its nodes', async () => {
    const rule = boxQuadrature(euclidean(2), { from: [-4, -14], to: [4, 14] });
    const points = tf.tensor2d([
      [0.25, 0.25],
      [0.75, 2.25],
    ]);
    const exact = 0.5 * (0 + 1) + Math.log(DEVIATIONS[0] * DEVIATIONS[1] * 2 * Math.PI);
    // Half of the squared deviations, 0 and 1 + 1, in the mean: ½.
    expect(Math.abs((await negativeLogLikelihood(gaussian(2), points, rule)) - exact)).toBeLessThan(1e-4);
    const narrow = 1e-4;
    const spike = (x: Tensor2D): Tensor1D => tf.mul(-40, tf.exp(tf.mul(-0.5, tf.sum(tf.square(tf.div(tf.sub(x, 0.0123), narrow)), 1))));
    await expect(negativeLogLikelihood(spike, tf.fill([1, 2], 0.0123), rule)).rejects.toThrow(/a point sits on a spike between the nodes/);
  });

  it('has the volume of the box, and refines', () => {
    const rule = boxQuadrature(euclidean(2), { from: [0, -1], to: [2, 4] }, 10);
    for (const each of [rule, rule.finer()]) {
      expect(each.logWeights.reduce((sum, weight) => sum + Math.exp(weight), 0)).toBeCloseTo(10, 10);
      expect(each.size).toBe(each.resolution ** 2);
    }
    expect(rule.finer().resolution).toBe(15);
    // The last column runs fastest.
    expect(rule.points[0]).toBe(rule.points[2]);
    expect(rule.points[1]).toBeLessThan(rule.points[3]);
  });

  it('refuses what is no box of flat space', () => {
    const box = { from: [0, 0], to: [1, 1] };
    expect(() => boxQuadrature(sphere(2), box)).toThrow(/there are rules for euclidean\(1\).*; got sphere:2/);
    expect(() => boxQuadrature(euclidean(4), box)).toThrow(/got euclidean:4/);
    expect(() => boxQuadrature(euclidean(2), { from: [0], to: [1, 1] })).toThrow(/2 finite numbers each/);
    expect(() => boxQuadrature(euclidean(2), { from: [0, 1], to: [1, 1] })).toThrow(
      /from below to in every column; got \[0,1\] and \[1,1\]/,
    );
    expect(() => boxQuadrature(euclidean(2), box, 1)).toThrow(/resolution must be an integer of at least 2; got 1/);
  });
});
