import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type Points, toPoints } from '../../../plugin/energy/points.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';

const S = sphere(2);

describe('toPoints', () => {
  it('hands a tensor on unread, and makes one of rows', () => {
    const x = tf.tensor2d([[0, 0, 1]]);
    expect(toPoints(S, x, 'x')).toBe(x);
    const rows = [
      [0, 0, 1],
      [1, 0, 0],
    ];
    expect(toPoints(S, rows, 'x').arraySync()).toEqual(rows);
    expect(
      toPoints(
        S,
        rows.map((row) => Float32Array.from(row)),
        'x',
      ).arraySync(),
    ).toEqual(rows);
    expect(toPoints(euclidean(), [[1, 2, 3, 4]], 'x').shape).toEqual([1, 4]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a tensor of other columns', tf.zeros([2, 2]), /^where: expected float32 points of sphere:2, \[batch, 3\]; got float32 \[2, 2\]/],
    ['a tensor of rank 1', tf.zeros([3]), /got float32 \[3\]/],
    ['whole numbers', tf.zeros([1, 3], 'int32'), /got int32/],
    ['no rows', [], /got no rows/],
    ['numbers', [1, 2, 3], /got rows of number/],
    ['null', null, /got null/],
    ['text', 'x', /got string/],
    [
      'ragged rows',
      [
        [0, 0, 1],
        [0, 1],
      ],
      /row 1 has 2 columns, row 0 has 3/,
    ],
    ['a missing row', [[0, 0, 1], undefined], /row 1 has undefined columns/],
    [
      'points off the sphere',
      [
        [0, 0, 1],
        [0, 0, 2],
      ],
      /row 1, \[0, 0, 2\], lies 1\.00 away from sphere:2/,
    ],
  ])('refuses %s, and frees what it made', (_name, x, message) => {
    const before = tf.memory().numTensors;
    expect(() => toPoints(S, x as Points, 'where')).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
