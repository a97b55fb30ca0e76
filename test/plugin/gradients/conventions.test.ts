import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';

interface Kink {
  readonly f: (x: tf.Tensor) => tf.Tensor;
  readonly at: number[];
  readonly slopes: number[];
}

/** dΣf at kinks and ties, as tfjs takes them. */
const KINKS: Readonly<Record<string, Kink>> = {
  'relu at 0': { f: tf.relu, at: [0], slopes: [0] },
  'relu6 at 0 and 6': { f: tf.relu6, at: [0, 6], slopes: [0, 1] },
  'elu at 0': { f: tf.elu, at: [0], slopes: [1] },
  'selu at 0': { f: tf.selu, at: [0], slopes: [1.7580993] },
  'leakyRelu at 0': { f: (x) => tf.leakyRelu(x, 0.25), at: [0], slopes: [0.25] },
  'prelu at 0': { f: (x) => tf.prelu(x, tf.scalar(0.25)), at: [0], slopes: [0.25] },
  '|x| at 0': { f: tf.abs, at: [0], slopes: [-1] },
  '√x at 0': { f: tf.sqrt, at: [0], slopes: [Number.POSITIVE_INFINITY] },
  'clip at its bounds': { f: (x) => tf.clipByValue(x, 0, 1), at: [0, 1], slopes: [1, 1] },
  'max of equals': { f: (x) => tf.max(x), at: [1, 3, 3], slopes: [0, 1, 1] },
  'min of equals': { f: (x) => tf.min(x), at: [1, 1, 3], slopes: [1, 1, 0] },
  'maximum of equals, first': { f: (x) => tf.maximum(x, 2), at: [2], slopes: [1] },
  'maximum of equals, second': { f: (x) => tf.maximum(2, x), at: [2], slopes: [0] },
  'minimum of equals, first': { f: (x) => tf.minimum(x, 2), at: [2], slopes: [1] },
  'minimum of equals, second': { f: (x) => tf.minimum(2, x), at: [2], slopes: [0] },
  'maxPool of equals': {
    f: (x) => tf.maxPool(tf.reshape(x, [1, 2, 2, 1]) as tf.Tensor4D, 2, 2, 'valid'),
    at: [0, 5, 5, 5],
    slopes: [0, 1, 0, 0],
  },
};

const slopesOf = ({ f, at }: Kink): number[] =>
  Array.from(
    tf
      .grad((x: tf.Tensor) => tf.sum(f(x)))(tf.tensor1d(at))
      .dataSync(),
  );

const before = Object.fromEntries(Object.entries(KINKS).map(([name, kink]) => [name, slopesOf(kink)]));
register();

describe.each(Object.keys(KINKS))('%s', (name) => {
  it('has tfjs’s slope', () => {
    expect(before[name]).toEqual(slopesOf(KINKS[name]));
    slopesOf(KINKS[name]).forEach((slope, i) => {
      expect(slope).toBeCloseTo(KINKS[name].slopes[i], 6);
    });
  });

  it('has finite or tfjs’s own derivatives beyond', () => {
    const kink = KINKS[name];
    const second = tf.grad((x: tf.Tensor) => tf.sum(tf.grad((t: tf.Tensor) => tf.sum(kink.f(tf.mul(t, t))))(x)))(
      tf.sqrt(tf.tensor1d(kink.at)),
    );
    expect(Array.from(second.dataSync()).every((value) => Number.isFinite(value) || name === '√x at 0')).toBe(true);
  });
});

const second = (f: (x: tf.Tensor) => tf.Tensor, x: number): number =>
  tf
    .grad((t: tf.Tensor) => tf.sum(tf.grad((s: tf.Tensor) => tf.sum(f(s)))(t)))(tf.tensor1d([x]))
    .dataSync()[0];

describe('far out', () => {
  const saturating: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    elu: tf.elu,
    selu: tf.selu,
    softplus: tf.softplus,
    tanh: tf.tanh,
    sigmoid: tf.sigmoid,
  };
  it.each(Object.entries(saturating))('%s has a finite second derivative', (_name, f) => {
    for (const x of [-1e4, -100, 100, 1e4]) expect(second(f, x)).toBeCloseTo(0, 6);
  });
});

it('differentiates a power at 0 as often as it likes', () => {
  expect(second((x) => tf.pow(x, 1), 0)).toBe(0);
  expect(second((x) => tf.pow(x, 2), 0)).toBe(2);
  expect(second((x) => tf.pow(x, 3), 0)).toBe(0);
});
