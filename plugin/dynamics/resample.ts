import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Weights } from './dynamics.ts';

/**
 * Systematic resampling (Kitagawa 1996): row k of the result is that row of x at which the running sum of the weights passes (k + u)/n. Each row is taken
 * as often as its weight says, n wᵢ times to within one, and equal weights leave all rows where they are. Counting replaces the usual search, so that it
 * is tensor operations only.
 *
 * @param x points `[n, m]`
 */
export function resample(x: Tensor2D, { log, uniform }: Weights): Tensor2D {
  return tf.tidy(() => {
    const n = x.shape[0];
    const sums = tf.mul(n, tf.cumsum(tf.softmax(log)));
    const marks = tf.add(tf.range(0, n), uniform);
    const passed = tf.sum(tf.cast(tf.lessEqual(tf.expandDims(sums, 0), tf.expandDims(marks, 1)), 'float32'), 1);
    // Round-off may leave the last sum short of n.
    return tf.gather(x, tf.cast(tf.minimum(passed, n - 1), 'int32'));
  });
}
