import type { Optimizer } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Every optimiser of tf.train, in each of its forms. */
export const OPTIMIZERS: readonly (readonly [string, () => Optimizer])[] = [
  ['sgd', () => tf.train.sgd(0.05)],
  ['momentum', () => tf.train.momentum(0.02, 0.9)],
  ['momentum, Nesterov', () => tf.train.momentum(0.02, 0.9, true)],
  ['adagrad', () => tf.train.adagrad(0.05)],
  // tfjs divides by the old average of squares, so that both averages stay equal and a step is that of sgd.
  ['adadelta', () => tf.train.adadelta(0.05)],
  ['adam', () => tf.train.adam(0.01)],
  ['adamax', () => tf.train.adamax(0.01, 0.9, 0.999, 1e-7, 0.01)],
  ['rmsprop', () => tf.train.rmsprop(0.005)],
  ['rmsprop with momentum', () => tf.train.rmsprop(0.005, 0.9, 0.5)],
  ['rmsprop, centred', () => tf.train.rmsprop(0.005, 0.9, 0.5, 1e-7, true)],
];

/** ‖a − b‖ / ‖b‖. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return a.length === b.length ? Math.sqrt(difference / norm) : Number.POSITIVE_INFINITY;
}
