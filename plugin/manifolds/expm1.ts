import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Of Taylor's series: at norms below ¼, which 8 squarings reach from 64, what is cut is 1e-8 of the matrix. */
const DEGREE = 6;

/**
 * e^X − I of square matrices `[batch, n, n]`, by scaling and squaring. Without the I small matrices keep their digits, and e⁰ − I is 0 exactly; squaring
 * is E ↦ 2E + E².
 *
 * @param squarings norms up to 2^(squarings − 2) are exact to rounding
 */
export function expm1(x: Tensor3D, squarings = 8): Tensor3D {
  const scaled: Tensor3D = tf.div(x, 2 ** squarings);
  // X(1 + X/2 (1 + X/3 (…))) by Horner.
  let sum = scaled;
  for (let k = DEGREE; k > 1; k--) sum = tf.add(scaled, tf.div(tf.matMul(scaled, sum), k));
  for (let k = 0; k < squarings; k++) sum = tf.add(tf.mul(2, sum), tf.matMul(sum, sum));
  return sum;
}
