import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { quadratic, quaternionOf, rotationOf } from './quaternion.ts';
import { dot } from './rows.ts';

/** Each squaring doubles the power: 2¹⁰ leaves of a second eigenvalue 1 % below the first 3e-5, of one 2 % below 1e-9. */
const SQUARINGS = 10;

/**
 * The rotation nearest to each matrix in the Frobenius norm, `[batch, 9]` → `[batch, 9]`: the quaternion that is the first eigenvector of a symmetric
 * 4 × 4 matrix (Horn 1987), by repeated squaring, which can be differentiated where a singular value decomposition cannot. What comes out is a
 * rotation whether or not the powers have converged; where two rotations are nearest, it is near one of them.
 */
export function nearestRotation(matrix: Tensor2D): Tensor2D {
  // No eigenvalue is below −√3 |A|, so that the shifted matrix has none below 0.
  const shift = tf.sqrt(tf.add(tf.mul(3, dot(matrix, matrix)), 1e-20)) as Tensor2D;
  const identity = tf.reshape(tf.eye(4), [1, 16]);
  let power: Tensor2D = tf.add(quadratic(matrix), tf.mul(shift, identity));
  power = tf.div(power, tf.mul(4, shift));
  for (let i = 0; i < SQUARINGS; i++) {
    const square = tf.reshape(power, [-1, 4, 4]) as Tensor3D;
    // A symmetric matrix's square has the trace Σ aᵢⱼ².
    power = tf.div(tf.reshape(tf.matMul(square, square), [-1, 16]), dot(power, power));
  }
  return rotationOf(quaternionOf(tf.mul(4, power)));
}
