import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../../exporters/index.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { relativeDistance } from './optimizers.ts';
import { points } from './points.ts';

const [{ ort }] = RUNTIMES;

describe('a branch on the size of a batch', () => {
  it('that the traced sizes take alike is found at the call, and compiled for that size', async () => {
    const fast = await compile((x: tf.Tensor2D) => (x.shape[0] > 100 ? tf.neg(x) : tf.square(x)), { ort });
    for (const n of [3, 101, 5, 101]) {
      const x = points(n, 2);
      const expected = n > 100 ? tf.neg(x) : tf.square(x);
      expect(relativeDistance((await fast(x)).dataSync(), expected.dataSync())).toBeLessThan(1e-6);
    }
    expect([...fast.graphs.keys()]).toEqual(['float32[batch,2]', 'float32[101,2]']);
  });
});

describe('what follows the size of a batch otherwise than as a multiple of it', () => {
  const [A, B] = [tf.tensor2d([[1], [2]]), tf.tensor2d([[3], [4]])];
  const [V, W] = [tf.variable(A), tf.variable(B)];
  const cases: Readonly<Record<string, (x: tf.Tensor2D) => tf.Tensor>> = {
    'a number': (x) => tf.mul(x, x.shape[0] > 100 ? 2 : 3),
    'a captured tensor': (x) => tf.matMul(x, x.shape[0] > 100 ? A : B),
    'a variable': (x) => tf.matMul(x, (x.shape[0] > 100 ? V : W) as tf.Tensor as tf.Tensor2D),
    'an attribute': (x) => tf.leakyRelu(tf.neg(x), x.shape[0] > 100 ? 0.5 : 0.25),
    'a least number': (x) => tf.div(tf.sum(x), Math.min(x.shape[0], 100)),
    'a reciprocal of a greatest': (x) => tf.mul(tf.sum(x), 1 / Math.max(x.shape[0], 32)),
    'a number rounded down': (x) => tf.mul(x, Math.floor(x.shape[0] / 10)),
    'a length': (x) => tf.sum(tf.slice(x, [0, 0], [Math.min(x.shape[0], 50), 2])),
  };
  it.each(Object.entries(cases))('%s', async (_name, fn) => {
    const fast = await compile(fn as (x: tf.Tensor2D) => tf.Tensor2D, { ort });
    for (const n of [200, 7, 64, 128]) {
      const x = tf.add(tf.ones([n, 2]), tf.range(0, 2)) as tf.Tensor2D;
      const [own, expected] = [await (await fast(x)).data(), await fn(x).data()];
      expect(own.length).toBe(expected.length);
      for (const [i, value] of own.entries()) expect(value).toBeCloseTo(expected[i], 4);
    }
    await fast.dispose();
  });
});
