import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { laplacian } from '../../../plugin/losses/laplacian.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest } from '../../support/arrays.ts';

const column = (x: tf.Tensor2D, i: number) => tf.squeeze(tf.slice(x, [0, i], [-1, 1]), [1]) as tf.Tensor1D;
const product: (...axes: number[]) => Energy =
  (...axes) =>
  (x) =>
    axes.map((i) => column(x, i)).reduce((a, b) => tf.mul(a, b));

/** Harmonic homogeneous polynomials: spherical harmonics of degree l, Δ Y = −l(l + n − 1) Y on S^n. */
const harmonics = [
  { n: 1, l: 1, Y: product(0) },
  { n: 1, l: 2, Y: product(0, 1) },
  { n: 2, l: 1, Y: product(2) },
  { n: 2, l: 2, Y: product(0, 1) },
  { n: 2, l: 3, Y: product(0, 1, 2) },
  { n: 7, l: 3, Y: product(0, 3, 5) },
];

describe.each(harmonics)('a spherical harmonic of degree $l on S^$n', ({ n, l, Y }) => {
  const x = sphere(n).project(drawNoise(gaussian(), [50, n + 1], randomStream(l)) as tf.Tensor2D);
  const expected = tf.mul(-l * (l + n - 1), Y(x));

  it('is an eigenfunction with eigenvalue −l(l + n − 1)', () => {
    expect(largest(expected)).toBeGreaterThan(0.3);
    expect(largest(tf.sub(laplacian(Y, sphere(n))(x), expected))).toBeLessThan(2e-5);
  });

  it('whatever its extension off the sphere', () => {
    const extended: Energy = (y) => tf.mul(Y(y), tf.square(tf.sum(tf.square(y), 1)));
    expect(largest(tf.sub(laplacian(extended, sphere(n))(x), expected))).toBeLessThan(2e-4);
  });
});

describe('flat space', () => {
  it('Δ(x⁴ + x y²) = 12x² + 2x', () => {
    const x = drawNoise(gaussian(), [20, 2], randomStream(3)) as tf.Tensor2D;
    const energy: Energy = (p) => tf.add(tf.pow(column(p, 0), 4), tf.mul(column(p, 0), tf.square(column(p, 1))));
    const expected = tf.add(tf.mul(12, tf.square(column(x, 0))), tf.mul(2, column(x, 0)));
    // pow's second derivative goes through exp and log: 1e-6 of values up to 100.
    expect(largest(tf.sub(laplacian(energy)(x), expected))).toBeLessThan(2e-3);
  });
});
