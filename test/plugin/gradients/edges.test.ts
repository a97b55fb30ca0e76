import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';

register();

it('an empty strided slice depends on nothing', () => {
  const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.stridedSlice(x, [2], [2], [1])))(tf.tensor1d([1, 2, 3]));
  expect(slope.arraySync()).toEqual([0, 0, 0]);
});

it('depth to space knows channels first', () => {
  const dy = tf.reshape(tf.range(0, 32), [1, 2, 4, 4]);
  const { gradFunc } = tf.getGradient(tf.DepthToSpace);
  const slope = (t: tf.Tensor, shape: number[], dataFormat: string) => gradFunc(t, [tf.zeros(shape)], { blockSize: 2, dataFormat }).x();
  // tfjs's cpu kernel knows channels last alone, and orders the channels of a block by place, then by output channel.
  const last = slope(tf.transpose(dy, [0, 2, 3, 1]), [1, 2, 2, 8], 'NHWC');
  expect(slope(dy, [1, 8, 2, 2], 'NCHW').arraySync()).toEqual(tf.transpose(last, [0, 3, 1, 2]).arraySync());
});

it('tiles of rank 5 have a gradient', () => {
  const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.tile(x, [1, 2, 1, 3, 1])))(tf.ones([1, 2, 1, 1, 2]));
  expect(slope.arraySync()).toEqual(tf.fill([1, 2, 1, 1, 2], 6).arraySync());
});

it('windows that end beyond the input, by rounding up, keep their gradient', () => {
  const x = tf.tensor4d([1, 2, 3, 4, 5], [1, 5, 1, 1]);
  const pool = (t: tf.Tensor) => tf.maxPool(t as tf.Tensor4D, [2, 1], [2, 1], 0, 'ceil');
  expect(
    Array.from(
      tf
        .grad((t: tf.Tensor) => tf.sum(pool(t)))(x)
        .dataSync(),
    ),
  ).toEqual([0, 1, 0, 1, 1]);
  const mean = (t: tf.Tensor) => tf.avgPool(t as tf.Tensor4D, [2, 1], [2, 1], 0, 'ceil');
  expect(
    Array.from(
      tf
        .grad((t: tf.Tensor) => tf.sum(mean(t)))(x)
        .dataSync(),
    ),
  ).toEqual([0.5, 0.5, 0.5, 0.5, 1]);
});

it('tf.losses.softmaxCrossEntropy stays beyond repair, as the document says, and logSoftmax stands in for it', () => {
  const labels = tf.tensor2d([[1, 0, 0]]);
  const curvature = (f: (x: tf.Tensor) => tf.Tensor): number[] =>
    Array.from(
      tf
        .grad((x: tf.Tensor) => tf.sum(tf.mul(tf.grad(f)(x), tf.tensor2d([[1, 0, 0]]))))(tf.tensor2d([[0.5, -1, 0.25]]))
        .dataSync(),
    );
  // Rows of diag(p) − ppᵀ.
  const p = [0.5, -1, 0.25].map((x) => Math.exp(x) / [0.5, -1, 0.25].reduce((sum, y) => sum + Math.exp(y), 0));
  const exact = p.map((value, i) => (i === 0 ? p[0] : 0) - p[0] * value);
  const written = curvature((x) => tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(x)))));
  written.forEach((value, i) => {
    expect(value).toBeCloseTo(exact[i], 6);
  });
  const offered = (x: tf.Tensor) => tf.add(tf.losses.softmaxCrossEntropy(labels, x), tf.mul(0, tf.sum(tf.mul(x, x)))) as tf.Tensor;
  // In its test mode tfjs takes the tensors that this loss saves for a leak.
  tf.env().set('IS_TEST', false);
  const lost = curvature(offered)[0];
  tf.env().set('IS_TEST', true);
  expect(Math.abs(lost - exact[0])).toBeGreaterThan(0.1);
});

it('dilated convolutions stay refused', () => {
  const [x, filter] = [tf.ones([1, 5, 5, 1]) as tf.Tensor4D, tf.ones([2, 2, 1, 1]) as tf.Tensor4D];
  expect(() => tf.grad((t: tf.Tensor) => tf.sum(tf.conv2d(t as tf.Tensor4D, filter, 1, 'valid', 'NHWC', 2)))(x)).toThrow(/dilation/);
});
