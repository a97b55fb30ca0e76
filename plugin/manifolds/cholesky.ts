import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** G = LLᵀ, L lower triangular: `factor` L and `inverse` M = L⁻¹, so that G⁻¹ = MᵀM and log|G| = −2 Σ log Mᵢᵢ; both `[batch, d, d]`. */
export interface Cholesky {
  readonly factor: Tensor3D;
  readonly inverse: Tensor3D;
}

/**
 * Cholesky's factor of symmetric positive matrices `[batch, d, d]`. Written out entry by entry, for few dimensions: tfjs has no such kernel, and this can be
 * differentiated. NaN where a matrix is not positive.
 */
export function cholesky(matrices: Tensor3D): Cholesky {
  const pair = tf.tidy(() => {
    const d = matrices.shape[1];
    const entry = (i: number, j: number): Tensor2D => tf.reshape(tf.slice(matrices, [0, i, j], [-1, 1, 1]), [-1, 1]);
    const lower: Tensor2D[][] = [];
    const inverse: Tensor2D[][] = [];
    const products = (u: readonly Tensor2D[], v: readonly Tensor2D[]): Tensor2D | null =>
      u.length === 0 ? null : (tf.addN(u.map((factor, k) => tf.mul(factor, v[k]) as Tensor2D)) as Tensor2D);
    const less = (t: Tensor2D, sum: Tensor2D | null): Tensor2D => (sum === null ? t : tf.sub(t, sum));
    for (let i = 0; i < d; i++) {
      const row: Tensor2D[] = [];
      for (let j = 0; j < i; j++) row.push(tf.mul(less(entry(i, j), products(row, lower[j].slice(0, j))), inverse[j][j]));
      const pivot = tf.sqrt(less(entry(i, i), products(row, row)));
      lower.push([...row, pivot]);
      const scale: Tensor2D = tf.div(1, pivot);
      // Row i of L M = I: Σₖ Lᵢₖ Mₖⱼ + Lᵢᵢ Mᵢⱼ = 0 for j < i, k = j … i − 1.
      const below = row.map((_, j): Tensor2D => {
        const sum = products(
          row.slice(j),
          Array.from({ length: i - j }, (__, k) => inverse[j + k][j]),
        );
        return tf.mul(tf.neg(scale), sum as Tensor2D);
      });
      inverse.push([...below, scale]);
    }
    const zero = tf.zerosLike(inverse[0][0]);
    const matrixOf = (rows: Tensor2D[][]): Tensor3D =>
      tf.stack(
        rows.map((row, i) => tf.concat([...row, ...Array.from({ length: d - 1 - i }, () => zero)], 1)),
        1,
      ) as Tensor3D;
    return [matrixOf(lower), matrixOf(inverse)];
  });
  return { factor: pair[0], inverse: pair[1] };
}
