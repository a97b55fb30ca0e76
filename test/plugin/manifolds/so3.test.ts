import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest } from '../../support/arrays.ts';

const manifold = so3();
const normal = (rows: number, seed: number) => drawNoise(gaussian(), [rows, 9], randomStream(seed)) as tf.Tensor2D;
const rotations = manifold.fromGaussian(normal(100, 1));
const square = (x: tf.Tensor2D) => tf.reshape(x, [-1, 3, 3]) as tf.Tensor3D;

/** Tangents of unit length. */
const directions = tf.tidy(() => {
  const v = manifold.randomTangent!(rotations, normal(100, 2));
  return tf.div(v, tf.reshape(tf.sqrt(manifold.inner(rotations, v, v)), [-1, 1])) as tf.Tensor2D;
});

describe('rotations near the angle π', () => {
  it.each([0.14, 1e-3, 1e-4, 1e-6])('are inverted by log at π − %d', (short) => {
    const angle = Math.PI - short;
    const v = tf.mul(angle, directions) as tf.Tensor2D;
    const end = manifold.exp(rotations, v);
    expect(largest(tf.sub(manifold.dist(rotations, end), angle))).toBeLessThan(2e-6);
    const back = manifold.log(rotations, end);
    // The axis is as exact as for small angles; at π, rounding may choose the other way round.
    if (short > 1e-5) expect(largest(tf.sub(back, v))).toBeLessThan(1e-5);
    expect(largest(tf.sub(manifold.exp(rotations, back), end))).toBeLessThan(5e-6);
    expect(largest(tf.sub(tf.abs(manifold.inner(rotations, back, directions)), angle))).toBeLessThan(1e-5);
  });
});

describe('the nearest rotation', () => {
  it('of a rotation times a symmetric positive matrix is that rotation: the polar decomposition', () => {
    const a = square(normal(100, 3));
    const positive = tf.add(tf.matMul(a, a, true), tf.mul(0.1, tf.eye(3)));
    const matrix = tf.reshape(tf.matMul(square(rotations), positive as tf.Tensor3D), [-1, 9]) as tf.Tensor2D;
    expect(largest(tf.sub(manifold.project(matrix), rotations))).toBeLessThan(1e-4);
  });

  it('of a matrix is nearer than its neighbours, determinants below 0 too', () => {
    const matrix = normal(100, 4);
    const nearest = manifold.project(matrix);
    const distance = (r: tf.Tensor2D) => tf.sum(tf.square(tf.sub(matrix, r)), 1);
    for (let seed = 5; seed < 15; seed++) {
      const beside = manifold.exp(nearest, tf.mul(0.1, manifold.randomTangent!(nearest, normal(100, seed))) as tf.Tensor2D);
      const lost = tf.sub(distance(beside), distance(nearest));
      expect(tf.min(lost).dataSync()[0]).toBeGreaterThan(-1e-3);
      expect(tf.mean(lost).dataSync()[0]).toBeGreaterThan(0.01);
    }
  });

  it('of nothing is the identity, and has finite derivatives', () => {
    expect(largest(tf.sub(manifold.project(tf.zeros([1, 9])), tf.reshape(tf.eye(3), [1, 9])))).toBe(0);
    const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.square(manifold.project(x as tf.Tensor2D))))(normal(20, 16));
    // Rotations have |R|² = 3 wherever they come from.
    expect(largest(slope)).toBeLessThan(1e-3);
  });
});

it('has the volume 8π²: half of that of S³ at twice the radius', () => {
  expect(manifold.logVolume).toBeCloseTo(Math.log((2 * Math.PI ** 2 * 2 ** 3) / 2), 12);
});
