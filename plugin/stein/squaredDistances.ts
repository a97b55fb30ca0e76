import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { dot } from '../manifolds/rows.ts';

/**
 * |xᵢ − yⱼ|², `[n, m]`, as |x|² + |y|² − 2⟨x, y⟩: one matrix product and no array of n·m·d differences. Distances do not depend on the origin, so it is
 * put at the mean of y, where least cancels; still the round-off is about 1e-7 times the squared spread of the points, and may be negative.
 */
export function squaredDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const centre = tf.mean(y, 0, true);
    const [u, v]: Tensor2D[] = [tf.sub(x, centre), tf.sub(y, centre)];
    return tf.add(tf.sub(dot(u, u), tf.mul(2, tf.matMul(u, v, false, true))), tf.transpose(dot(v, v)));
  });
}
