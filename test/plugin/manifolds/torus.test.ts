import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import { anglesOf, fromAngles, torus } from '../../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

describe('angles', () => {
  const angles = tf.tensor2d([
    [0, Math.PI / 2, -3],
    [3, -Math.PI / 2, 1e-4],
  ]);

  it('become cosines and sines side by side, and come back', () => {
    const points = fromAngles(angles);
    expect(points.shape).toEqual([2, 6]);
    const expected = (angles.arraySync() as number[][]).flatMap((row) => row.flatMap((t) => [Math.cos(t), Math.sin(t)]));
    expect(largest(tf.sub(tf.reshape(points, [-1]), tf.tensor1d(expected)))).toBeLessThan(1e-6);
    expect(largest(tf.sub(anglesOf(points), angles))).toBeLessThan(1e-6);
    expect(largest(tf.sub(anglesOf(fromAngles(tf.add(angles, 2 * Math.PI) as tf.Tensor2D)), angles))).toBeLessThan(2e-6);
  });

  it('are π rather than −π at (−1, 0), whatever the sign of its zero', () => {
    expect(numbers(anglesOf(tf.tensor2d([[-1, 0, -1, -0]])))).toEqual([Math.fround(Math.PI), Math.fround(Math.PI)]);
  });
});

describe('torus', () => {
  const manifold = torus(3);
  const points = manifold.fromGaussian(drawNoise(gaussian(), [50, 6], randomStream(1)) as tf.Tensor2D);

  it('has the volume (2π)ⁿ', () => {
    expect(manifold.logVolume).toBeCloseTo(Math.log((2 * Math.PI) ** 3), 12);
    expect(() => torus(0)).toThrow(/torus\(0\): the dimension must be an integer of at least 1/);
  });

  it('measures distance as the root of the squared turns', () => {
    const turn = tf.tensor2d([[0.3, -3, 3.5]]);
    const moved = fromAngles(tf.add(anglesOf(points), turn) as tf.Tensor2D);
    const expected = Math.hypot(0.3, 3, 2 * Math.PI - 3.5);
    expect(largest(tf.sub(manifold.dist(points, moved), expected))).toBeLessThan(3e-6);
  });

  it('steps by chart as it does embedded: angles are flat', () => {
    const weights = tf.tensor2d([[1, -2, 0.5, 1, -1, 2]]);
    const energy = (x: tf.Tensor2D) => tf.sum(tf.mul(weights, x), 1) as tf.Tensor1D;
    // The embedded step's tangents ξ have the intrinsic noise cos t ξ₁ − sin t ξ₀ of each pair.
    const xi = drawNoise(gaussian(), [50, 6], randomStream(2)) as tf.Tensor2D;
    const [cos, sin] = [tf.cos(anglesOf(points)), tf.sin(anglesOf(points))];
    const [first, second] = [0, 1].map((k) => tf.reshape(tf.slice(tf.reshape(xi, [-1, 2]), [0, k], [-1, 1]), [50, 3]));
    const z = tf.sub(tf.mul(cos, second), tf.mul(sin, first));
    const embedded = riemannianLangevin(manifold).step(energy, points, 0.1, xi);
    const chart = riemannianLangevin(manifold, { route: 'chart' }).step(energy, points, 0.1, z);
    expect(largest(tf.sub(embedded.next, chart.next))).toBeLessThan(3e-6);
    expect(largest(tf.sub(embedded.martingale!, chart.martingale!))).toBeLessThan(1e-5);
    const { chart: angles } = manifold;
    expect(largest(angles!.logVolumeElement(anglesOf(points)))).toBe(0);
  });
});
