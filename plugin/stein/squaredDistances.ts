import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { dot } from '../manifolds/rows.ts';

/**
 * |xᵢ − yⱼ|², `[n, m]`, as one product of matrices, (−2x, |x|², 1) by (y, 1, |y|²): without an array of n·m·d differences, and without sums that spread a
 * column over a matrix, which take tfjs's cpu backend ten times as long. Distances do not depend on the origin, so it is put at the mean of y, where least
 * cancels; still the round-off is about 1e-7 times the squared spread of the points, and may be negative.
 */
export function squaredDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const centre = tf.mean(y, 0, true);
    const [u, v]: Tensor2D[] = [tf.sub(x, centre), tf.sub(y, centre)];
    const [left, right] = [dot(u, u), dot(v, v)];
    const factors = [tf.concat([tf.mul(-2, u), left, tf.onesLike(left)], 1), tf.concat([v, tf.onesLike(right), right], 1)];
    return tf.matMul(factors[0], factors[1], false, true);
  });
}
