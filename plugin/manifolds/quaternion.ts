import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { columns } from './columns.ts';
import { below, blend, dot } from './rows.ts';

/**
 * Row 3i + j: the symmetric 4 × 4 matrix that entry (i, j) of a rotation is multiplied by in K(R) = 4qqᵀ − I, where q = (w, x, y, z) is its unit
 * quaternion. The same numbers give the entries of R from qqᵀ, as R is quadratic in q (Horn 1987).
 */
const entries = [
  [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1],
  [0, 0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, 0],
  [0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0],
  [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1],
  [0, -1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0],
  [0, 0, -1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0, 1, 0, 0],
  [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0],
  [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1],
];

/** K of matrices `[batch, 9]`, as rows `[batch, 16]`: qᵀKq = tr(RᵀA) for the rotation R of q, so the nearest rotation's q is its first eigenvector. */
export const quadratic = (matrix: Tensor2D): Tensor2D => tf.matMul(matrix, tf.tensor2d(entries));

/** The rotation `[batch, 9]` of a unit quaternion `[batch, 4]`. */
export function rotationOf(q: Tensor2D): Tensor2D {
  const square = tf.reshape(tf.mul(tf.reshape(q, [-1, 4, 1]), tf.reshape(q, [-1, 1, 4])), [-1, 16]) as Tensor2D;
  return tf.matMul(square, tf.tensor2d(entries), false, true);
}

/** The unit vector q, up to its sign, of 4qqᵀ as rows `[batch, 16]`: the first column whose diagonal entry is at least 1, normalised. Their sum is 4. */
export function quaternionOf(square: Tensor2D): Tensor2D {
  const column = (k: number) => columns(square, 4 * k, 4 * k + 4);
  const small = (k: number) => below(columns(square, 5 * k, 5 * k + 1), 1);
  const chosen = [2, 1, 0].reduce((rest, k) => blend(small(k), rest, column(k)), column(3));
  return tf.div(chosen, tf.sqrt(dot(chosen, chosen)));
}
