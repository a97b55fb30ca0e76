import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { shear } from '../../models/implicitVae/shear.ts';
import { randomStream } from '../../random/stream.ts';

const normal = (rows: number, columns: number, seed: number) => {
  const values = new Float32Array(rows * columns);
  randomStream(seed, 3).fill(values, 'gaussian');
  return tf.tensor2d(values, [rows, columns]);
};
const largest = (a: tf.Tensor, b: tf.Tensor | number[][]) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

describe('a shear', () => {
  it('adds multiples of columns to those after them', () => {
    const entries = tf.tensor2d([[9, 9, 9, 2, 9, 9, 3, 5, 9]]);
    const u = tf.tensor2d([[1, 10, 100]]);
    // v₂ = 10 + 2·1, v₃ = 100 + 3·1 + 5·10.
    expect(Array.from(shear(entries, 3).apply(u).dataSync())).toEqual([1, 12, 153]);
  });

  it('applies to several points of a row', () => {
    const entries = normal(2, 9, 3);
    const points = tf.reshape(normal(8, 3, 4), [2, 4, 3]) as unknown as tf.Tensor2D;
    const all = shear(tf.expandDims(entries, 1), 3).apply(points);
    for (const k of [0, 3]) {
      const one = (x: tf.Tensor) => tf.squeeze(tf.slice(x, [0, k, 0], [2, 1, 3]), [1]) as tf.Tensor2D;
      expect(largest(one(all), shear(entries, 3).apply(one(points)).arraySync())).toBeLessThan(1e-6);
    }
  });

  it.each([1, 2, 8, 32])('is undone, row by row, in %i columns', (dim) => {
    const map = shear(tf.mul(0.5, normal(5, dim * dim, 1)), dim);
    const u = normal(5, dim, 2);
    const v = map.apply(u);
    if (dim > 1) expect(largest(u, v)).toBeGreaterThan(0.01);
    // Entries of .5 in 32 columns: condition numbers of hundreds.
    expect(largest(map.invert(v), u)).toBeLessThan(dim < 32 ? 1e-5 : 1e-3);
  });
});
