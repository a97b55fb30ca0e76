import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * X of A X = B for a batch of small positive definite matrices A `[batch, k, k]` and B `[batch, k, c]`: elimination above and below each
 * pivot (Gauss–Jordan), unrolled in k steps of a few operations. Positive definite matrices need no exchange of rows (Higham 2002, §14.4);
 * the round-off is about 1e-7 times A's condition.
 *
 * @throws Error where A is not square, or B has another number of rows
 */
export function solvePositive(A: Tensor3D, B: Tensor3D): Tensor3D {
  const [, k, columns] = A.shape;
  if (columns !== k || B.shape[1] !== k)
    throw new Error(
      `solvePositive: expected A of [batch, k, k] and B of [batch, k, c]; got [${A.shape.join(', ')}] and [${B.shape.join(', ')}].`,
    );
  return tf.tidy(() => {
    const pivots: Tensor3D[] = [];
    // Columns of A that are done with fall away on the left; rows are divided by their pivots at the end.
    let rest: Tensor3D = tf.concat([A, B], 2);
    for (let j = 0; j < k; j++) {
      const column: Tensor3D = tf.slice(rest, [0, 0, 0], [-1, -1, 1]);
      const row: Tensor3D = tf.slice(rest, [0, j, 1], [-1, 1, -1]);
      const pivot: Tensor3D = tf.slice(column, [0, j, 0], [-1, 1, 1]);
      const others = tf.tensor3d(
        Float32Array.from({ length: k }, (_, i) => Number(i !== j)),
        [1, k, 1],
      );
      const factors: Tensor3D = tf.div(tf.mul(others, column), pivot);
      rest = tf.sub(tf.slice(rest, [0, 0, 1], [-1, -1, -1]), tf.mul(factors, row));
      pivots.push(pivot);
    }
    return tf.div(rest, tf.concat(pivots, 1));
  });
}
