import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { cholesky } from './cholesky.ts';

/** What a chart needs of the metric at each of its points. */
export interface MetricTensor {
  /** G v. */
  lower(v: Tensor2D): Tensor2D;
  /** G⁻¹ v. */
  raise(v: Tensor2D): Tensor2D;
  /** A z with AAᵀ = G⁻¹. */
  colour(z: Tensor2D): Tensor2D;
  /** log √|G|, `[batch]`. */
  logRootDeterminant(): Tensor1D;
  /** The entries of G⁻¹ that are not always 0, side by side, `[batch, p]`. */
  inverseEntries(): Tensor2D;
}

/** G = diag(g), g `[batch, d]`. */
export const diagonalMetric = (g: Tensor2D): MetricTensor => ({
  lower: (v) => tf.mul(g, v),
  raise: (v) => tf.div(v, g),
  colour: (z) => tf.mul(tf.rsqrt(g), z),
  logRootDeterminant: () => tf.mul(0.5, tf.sum(tf.log(g), 1)),
  inverseEntries: () => tf.div(1, g),
});

const times = (matrices: Tensor3D, v: Tensor2D, transposed = false): Tensor2D =>
  tf.squeeze(tf.matMul(matrices, tf.expandDims(v, 2) as Tensor3D, transposed), [2]);

/** Any G, `[batch, d, d]`. */
export function denseMetric(matrices: Tensor3D): MetricTensor {
  const d = matrices.shape[1];
  const inverseRoot = () => cholesky(matrices).inverse;
  return {
    lower: (v) => times(matrices, v),
    raise: (v) => {
      const root = inverseRoot();
      return times(root, times(root, v), true);
    },
    colour: (z) => times(inverseRoot(), z, true),
    logRootDeterminant: () => tf.neg(tf.sum(tf.log(tf.sum(tf.mul(inverseRoot(), tf.eye(d)), 2)), 1) as Tensor1D),
    inverseEntries: () => {
      const root = inverseRoot();
      return tf.reshape(tf.matMul(root, root, true), [-1, d * d]);
    },
  };
}
