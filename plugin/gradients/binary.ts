import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { unbroadcast } from './unbroadcast.ts';

type Partial = (a: Tensor, b: Tensor) => Tensor;

const float = (t: Tensor): Tensor => tf.cast(t, 'float32');

/** b a^(b−1), where b = 0 by a factor that is finite at a = 0. */
function powerSlope(a: Tensor, b: Tensor): Tensor {
  const exponent = float(b);
  return tf.mul(exponent, tf.pow(a, tf.where(tf.equal(exponent, 0), tf.onesLike(exponent), tf.sub(exponent, 1))));
}

/** a^b log a; 0 where a ≤ 0, as in tfjs. */
function exponentSlope(a: Tensor, b: Tensor): Tensor {
  const positive = tf.greater(a, 0);
  return tf.mul(tf.pow(a, b), tf.log(tf.where(positive, a, tf.onesLike(a))));
}

/** ∂f/∂a and ∂f/∂b of broadcasting kernels f(a, b). Where a = b, maximum and minimum count as a, as in tfjs. */
const PARTIALS: Readonly<Record<string, readonly [Partial, Partial]>> = {
  FloorDiv: [(a) => float(tf.zerosLike(a)), (_a, b) => float(tf.zerosLike(b))],
  Maximum: [(a, b) => float(tf.greaterEqual(a, b)), (a, b) => float(tf.less(a, b))],
  Minimum: [(a, b) => float(tf.lessEqual(a, b)), (a, b) => float(tf.greater(a, b))],
  Pow: [powerSlope, exponentSlope],
  SquaredDifference: [(a, b) => tf.mul(2, tf.sub(a, b)), (a, b) => tf.mul(2, tf.sub(b, a))],
};

export const binary: readonly GradConfig[] = Object.entries(PARTIALS).map(([kernel, [first, second]]) =>
  gradient(kernel, ['a', 'b'], (dy, [a, b]) => ({
    a: () => unbroadcast(tf.mul(dy, first(a, b)), a.shape),
    b: () => unbroadcast(tf.mul(dy, second(a, b)), b.shape),
  })),
);
