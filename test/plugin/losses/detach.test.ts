import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compile } from '../../../exporters/index.ts';
import { detach } from '../../../plugin/losses/detach.ts';

const w = tf.tensor2d([0.3, -1, 0.7, 2], [2, 2]);
const x = tf.tensor2d([0.5, -0.2, 1, 0.1], [2, 2]);
/** x·tanh(xw) with the second factor held fixed: its gradient is that factor. */
const product = (points: tf.Tensor): tf.Scalar => tf.sum(tf.mul(points, detach(tf.tanh(tf.matMul(points as tf.Tensor2D, w)))));

describe('detach', () => {
  it('keeps the value, and takes no part in a gradient', async () => {
    const factor = await tf.tanh(tf.matMul(x, w)).array();
    expect(await detach(x).array()).toEqual(await x.array());
    expect(await tf.grad(product)(x).array()).toEqual(factor);
  });

  it('leaves nothing of itself in a compiled gradient: one product of matrices, where zeros led back by a second', async () => {
    const slope = await compile((points: tf.Tensor) => tf.grad(product)(points), { ort });
    const error = tf.max(tf.abs(tf.sub(await slope(x), tf.tanh(tf.matMul(x, w)))));
    expect((await error.data())[0]).toBeLessThan(1e-6);
    const [graph] = slope.graphs.values();
    expect(graph.nodes.filter(({ op }) => op === 'MatMul' || op === 'Gemm')).toHaveLength(1);
    await slope.dispose();
  });

  it('of all that a value depends on leaves no gradient, which tfjs says', () => {
    expect(() => tf.grad((points) => tf.sum(detach(points)))(x)).toThrow(/Cannot compute gradient/);
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    tf.grad(product)(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
