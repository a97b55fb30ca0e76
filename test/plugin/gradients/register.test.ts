import { afterEach, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { repairs } from '../../../plugin/gradients/repairs.ts';

const names = repairs.map(({ kernelName }) => kernelName);
const originals = names.map((name) => tf.getGradient(name));
const backendAtFirst = tf.engine().backendName;

afterEach(() => {
  jest.restoreAllMocks();
});

const silenced = () => (['log', 'info', 'warn', 'error'] as const).map((method) => jest.spyOn(console, method).mockReturnValue(undefined));

/** ∂/∂x Σ (∂/∂x Σ f)², through every kind of repair that a network meets at once. */
const doubleGradient = (x: tf.Tensor2D) =>
  tf.grad((y: tf.Tensor) => {
    const f = (t: tf.Tensor) => {
      const hidden = tf.elu(tf.add(tf.tanh(t), tf.softmax(t)));
      return tf.sum(tf.where(tf.greater(hidden, 0), tf.logSoftmax(hidden), tf.max(hidden, 1, true)));
    };
    return tf.sum(tf.square(tf.grad(f)(y)));
  })(x);

it('needs no backend and allocates nothing', () => {
  expect(backendAtFirst).toBeUndefined();
  register();
  expect(tf.engine().backendName).toBe(backendAtFirst);
  expect(tf.engine().state.numTensors).toBe(0);
});

it('replaces each gradient once and leaves it on the next call', () => {
  register();
  const first = names.map((name) => tf.getGradient(name));
  expect(first).toEqual(repairs);
  expect(first.some((config, i) => config === originals[i])).toBe(false);
  register();
  names.forEach((name, i) => {
    expect(tf.getGradient(name)).toBe(first[i]);
  });
});

it('names each kernel once', () => {
  expect(new Set(names).size).toBe(names.length);
});

it('prints nothing, in debug mode neither', () => {
  const spies = silenced();
  // tfjs warns in debug mode, unless it takes itself for under test.
  tf.env().set('IS_TEST', false);
  tf.env().set('DEBUG', true);
  for (const spy of spies) spy.mockClear();
  try {
    for (const name of names) if (tf.getGradient(name) != null) tf.unregisterGradient(name);
    for (const original of originals) if (original != null) tf.registerGradient(original);
    register();
    register();
  } finally {
    tf.env().set('DEBUG', false);
    tf.env().set('IS_TEST', true);
  }
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  expect(tf.getGradient(tf.Tanh)).toBe(repairs.find(({ kernelName }) => kernelName === tf.Tanh));
});

it('takes its place again where another copy of tfjs has put the originals back', () => {
  register();
  tf.unregisterGradient(tf.Tanh);
  tf.registerGradient(originals[names.indexOf(tf.Tanh)]);
  register();
  expect(tf.getGradient(tf.Tanh)).not.toBe(originals[names.indexOf(tf.Tanh)]);
});

it('leaks no tensors in a double gradient', () => {
  register();
  const x = tf.tensor2d([
    [0.5, -1],
    [2, 0.25],
  ]);
  doubleGradient(x).dispose();
  const { numTensors, numDataBuffers } = tf.memory();
  const result = doubleGradient(x);
  expect(tf.memory().numTensors).toBe(numTensors + 1);
  result.dispose();
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});
