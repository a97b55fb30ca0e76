import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * An orthonormal basis of what the columns of each matrix span, `[batch, k, j]`: modified Gram–Schmidt, each column in its turn taken out
 * of all that follow. Off by about 1e-7 times the condition of the columns.
 */
export function orthonormal(columns: Tensor3D): Tensor3D {
  return tf.tidy(() => {
    const basis: Tensor3D[] = [];
    let rest = columns;
    for (let left = columns.shape[2]; left > 0; left--) {
      const next: Tensor3D = tf.slice(rest, [0, 0, 0], [-1, -1, 1]);
      const unit: Tensor3D = tf.div(next, tf.sqrt(tf.sum(tf.square(next), 1, true)));
      basis.push(unit);
      if (left === 1) break;
      const others: Tensor3D = tf.slice(rest, [0, 0, 1], [-1, -1, -1]);
      rest = tf.sub(others, tf.mul(unit, tf.sum(tf.mul(unit, others), 1, true)));
    }
    return tf.concat(basis, 2);
  });
}
