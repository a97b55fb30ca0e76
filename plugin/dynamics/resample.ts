import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Weights } from './dynamics.ts';

/**
 * Systematic resampling (Kitagawa 1996): row k of the result is that row of x at which the running sum of the weights passes (k + u)/n. Each row is taken
 * as often as its weight says, n wᵢ times to within one, and equal weights leave all rows where they are.
 *
 * @param x points `[n, m]`
 */
export function resample(x: Tensor2D, { log, uniform }: Weights): Tensor2D {
  return tf.tidy(() => {
    const n = x.shape[0];
    const sums = tf.mul(n, tf.cumsum(tf.softmax(log)));
    const marks = tf.add(tf.range(0, n), uniform);
    // tfjs gives the places in the shape [1, n].
    const passed = tf.squeeze(tf.searchSorted(sums, marks, 'right'), [0]);
    // Round-off may leave the last sum short of n.
    return tf.gather(x, tf.minimum(passed, tf.scalar(n - 1, 'int32')) as Tensor1D);
  });
}
