import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Linear maps of volume 1, one for each row: v = (I + N)u with N strictly lower triangular, of entries `[batch, dim²]` of which the others are not looked at. */
export interface Shear {
  apply(u: Tensor2D): Tensor2D;
  /** By forward substitution. */
  invert(v: Tensor2D): Tensor2D;
}

const strictlyLower = (dim: number): Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: dim * dim }, (_, i) => (i % dim < Math.floor(i / dim) ? 1 : 0)),
    [dim, dim],
  );

/** Rows may have further axes between the batch and the columns, of which entries have 1: one map for several points. */
export function shear(entries: Tensor2D, dim: number): Shear {
  const lower = (): Tensor3D => tf.mul(tf.reshape(entries, [-1, ...entries.shape.slice(1, -1), dim, dim]), strictlyLower(dim));
  return {
    apply: (u) => tf.tidy(() => tf.add(u, tf.sum(tf.mul(lower(), tf.expandDims(u, u.rank - 1)), -1))),
    invert: (v) =>
      tf.tidy(() => {
        const n = lower();
        let u = v;
        for (let j = 0; j < dim - 1; j++) {
          const column = tf.squeeze(tf.slice(n, [0, 0, j], [-1, dim, 1]), [2]) as Tensor2D;
          u = tf.sub(u, tf.mul(column, tf.slice(u, [0, j], [-1, 1])));
        }
        return u;
      }),
  };
}
