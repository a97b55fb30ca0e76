import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { OPERATIONS } from './cases.ts';
import { compare, derivativeOf, GOLDENS } from './measure.ts';

/** Without `register()`. Where one of these fails, tfjs has repaired it, and the repair here can go. */
const agreement = (name: string, which: 'first' | 'mixed') =>
  compare(derivativeOf(OPERATIONS[name], GOLDENS[name], which), GOLDENS[name][which]);

describe('tfjs as it comes', () => {
  it.each(['tanh', 'sigmoid', 'swish', 'softmax', 'logSoftmax', 'mish', 'gelu_new'])('is silently wrong for %s', (name) => {
    expect(agreement(`activation ${name}`, 'first').error).toBeLessThan(1e-5);
    expect(agreement(`activation ${name}`, 'mixed').error).toBeGreaterThan(1e-2);
  });

  it.each(['elu', 'selu', 'hardSigmoid', 'relu6'])('refuses %s', (name) => {
    expect(() => agreement(`activation ${name}`, 'mixed')).toThrow(/gradient function not found/);
  });

  it.each(['conv2d', 'maxPool', 'avgPool', 'max', 'prod'])('refuses %s', (name) => {
    expect(() => agreement(name, 'mixed')).toThrow(/gradient function not found/);
  });

  it.each(['mirrorPad, reflect', 'avgPool, same, stride 2', 'resizeBilinear, half pixel centres'])(
    'is wrong in the first derivative of %s',
    (name) => {
      expect(agreement(name, 'first').error).toBeGreaterThan(1e-2);
    },
  );

  it('differentiates softplus twice', () => {
    expect(agreement('activation softplus', 'first').error).toBeLessThan(1e-5);
  });

  it('fails on logSigmoid of a passing tensor, which it does not save', () => {
    const f = (x: tf.Tensor) => tf.sum(tf.logSigmoid(tf.mul(x, 2)));
    expect(() => tf.grad(f)(tf.tensor1d([1]))).toThrow();
  });

  it('fails on batch normalisation without a scale, on the tape itself', () => {
    const statistics = tf.ones([2]) as tf.Tensor1D;
    const f = (x: tf.Tensor) => tf.sum(tf.batchNorm2d(x as tf.Tensor2D, statistics, statistics));
    expect(() => tf.grad(f)(tf.ones([3, 2]))).toThrow(TypeError);
  });
});
