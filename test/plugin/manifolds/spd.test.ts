import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { laplacian } from '../../../plugin/losses/laplacian.ts';
import { randomTangent } from '../../../plugin/manifolds/metric.ts';
import { spd } from '../../../plugin/manifolds/spd.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

const manifold = spd(3);
const normal = (rows: number, seed: number) => drawNoise(gaussian(), [rows, 9], randomStream(seed)) as tf.Tensor2D;
const [p, q] = [1, 2].map((seed) => manifold.fromGaussian(tf.mul(0.5, normal(20, seed))));
const matrices = (x: tf.Tensor2D) => tf.reshape(x, [-1, 3, 3]) as tf.Tensor3D;
const rows = (x: tf.Tensor) => tf.reshape(x, [-1, 9]) as tf.Tensor2D;
const gap = (a: tf.Tensor, b: tf.Tensor) => largest(tf.sub(a, b));
const diagonal = (...values: number[]) => [values[0], 0, 0, 0, values[1], 0, 0, 0, values[2]];

it('on the line is log p', () => {
  const line = spd(1);
  const [x, y] = [tf.tensor2d([[0.2], [3]]), tf.tensor2d([[5], [2.9]])];
  expect(numbers(line.dist(x, y))).toEqual([expect.closeTo(Math.log(25), 5), expect.closeTo(Math.log(3 / 2.9), 6)]);
  expect(numbers(line.exp(x, tf.tensor2d([[0.4], [-6]])))).toEqual([
    expect.closeTo(0.2 * Math.exp(2), 5),
    expect.closeTo(3 * Math.exp(-2), 5),
  ]);
});

it('has logarithms of matrices that commute, over eleven orders of magnitude', () => {
  const logs = [8, -3, 2e-3];
  const [x, y] = [tf.tensor2d([diagonal(1, 1, 1)]), tf.tensor2d([diagonal(...logs.map(Math.exp))])];
  const found = numbers(manifold.log(x, y));
  // Relative errors: of the rule for e^8, of rounding else.
  for (const [i, value] of logs.entries()) expect(found[4 * i] / value).toBeCloseTo(1, 4);
});

it('has congruences as isometries', () => {
  const one = tf.tensor3d([1, 0.5, 0, -0.3, 0.8, 0.2, 0.4, 0, 1.5], [1, 3, 3]);
  const g = tf.tile(one, [20, 1, 1]) as tf.Tensor3D;
  const moved = (x: tf.Tensor2D) => rows(tf.matMul(tf.matMul(g, matrices(x)), g, false, true));
  const v = randomTangent(manifold, p, normal(20, 3));
  expect(gap(manifold.dist(moved(p), moved(q)), manifold.dist(p, q))).toBeLessThan(1e-5);
  expect(gap(manifold.inner(moved(p), moved(v), moved(v)), manifold.inner(p, v, v))).toBeLessThan(1e-4);
  expect(gap(manifold.transport(moved(p), moved(q), moved(v)), moved(manifold.transport(p, q, v)))).toBeLessThan(1e-4);
});

describe('functions of known Laplacian', () => {
  const identity = rows(tf.eye(3));
  it('log |P| is harmonic', () => {
    // The sum of the eigenvalues of log P.
    const logDeterminant = (x: tf.Tensor2D) =>
      tf.sum(tf.mul(manifold.log(tf.tile(identity, [x.shape[0], 1]), x), identity), 1) as tf.Tensor1D;
    expect(largest(logDeterminant(p))).toBeGreaterThan(0.5);
    expect(largest(laplacian(logDeterminant, manifold)(p))).toBeLessThan(1e-4);
  });

  it('the squared distance has 2 dim at its centre, and more elsewhere: curvature is negative', () => {
    const square = (x: tf.Tensor2D) => tf.square(manifold.dist(tf.tile(identity, [x.shape[0], 1]) as tf.Tensor2D, x)) as tf.Tensor1D;
    const near = manifold.exp(identity, rows(tf.mul(1e-2, tf.tensor2d([diagonal(1, 2, -1)]))));
    expect(numbers(laplacian(square, manifold)(near))[0]).toBeCloseTo(12, 2);
    const far = tf.tensor2d([diagonal(Math.exp(1), 1, Math.exp(-1))]);
    // In the direction of each pair of eigenvalues apart by δ: δ coth(δ/2)/2 in place of 1, twice (Jacobi fields of curvature −δ²/4 over δ = 1, 1, 2).
    const coth = (t: number) => 1 / Math.tanh(t);
    const expected = 2 * (3 + 2 * (0.5 * coth(0.5)) + coth(1));
    expect(numbers(laplacian(square, manifold)(far))[0]).toBeCloseTo(expected, 3);
  });
});

describe('projection', () => {
  it('raises eigenvalues to 1e-6 of the norm, and keeps the others', () => {
    const found = manifold.project(tf.tensor2d([diagonal(3, -4, 1e-3), diagonal(0, 0, 0), [1, 1, 1, 1, 1, 1, 1, 1, 1]])).arraySync();
    for (const [i, value] of [3, 5e-6, 1e-3].entries()) expect(Math.abs(found[0][4 * i] - value)).toBeLessThan(1e-6);
    expect(gap(tf.tensor1d(found[1]), tf.tensor1d(diagonal(1, 1, 1)))).toBeLessThan(1e-6);
    // Of rank 1: good enough for distances.
    expect(Number.isFinite(numbers(manifold.dist(tf.tensor2d([found[2]]), tf.tensor2d([found[1]])))[0])).toBe(true);
  });

  it('is the nearest matrix: what is taken off is negative and at a right angle', () => {
    const x = normal(200, 7);
    const nearest = manifold.project(x);
    const symmetric = rows(tf.div(tf.add(matrices(x), tf.transpose(matrices(x), [0, 2, 1])), 2));
    const off = tf.sub(nearest, symmetric);
    // The floor, 1e-6 of the norm, counts here.
    expect(largest(tf.sum(tf.mul(off, nearest), 1))).toBeLessThan(1e-4);
    expect(largest(tf.sub(manifold.project(tf.neg(symmetric) as tf.Tensor2D), off))).toBeLessThan(1e-4);
    expect(largest(off)).toBeGreaterThan(1);
  });
});

it('refuses sizes that are no positive integers', () => {
  for (const n of [0, 1.5]) expect(() => spd(n)).toThrow(`spd(${n}): the dimension must be an integer of at least 1.`);
});
