import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { contract, each } from './matrices.ts';

/** Singular values below this share of the Frobenius norm do not come to 1: single precision does not tell them from 0. */
const LEAST = 1e-6;

/** A larger ρ takes singular values of 1 so near to 0 that their vectors drown in rounding; this one takes them to 0.56. */
const BOLDEST = 1.5;

/** ρ of each iteration: it takes singular values in [l, 1] into the narrowest interval [l′, 1], l′ = ½ρl(3 − ρ²l²) (Chen & Chow 2014), but for its bound. */
const scales: readonly number[] = (() => {
  const found: number[] = [];
  for (let least = LEAST; 1 - least > 1e-9; ) {
    const rho = Math.min(BOLDEST, Math.sqrt(3 / (1 + least + least ** 2)));
    // Where ρ is bounded, the value at 1 may be the lesser one.
    least = Math.min((rho * least * (3 - (rho * least) ** 2)) / 2, (rho * (3 - rho ** 2)) / 2);
    found.push(rho);
  }
  return found;
})();

/**
 * UVᵀ of matrices A = UΣVᵀ, `[batch, n, p]` with n ≥ p: the nearest matrix with orthonormal columns; for symmetric A the matrix sign. By scaled
 * Newton–Schulz iterations Y ↦ ½ρY(3I − ρ²YᵀY): matrix products only, which can be traced and differentiated where a singular value decomposition cannot.
 * Singular values of 0 stay 0.
 */
export function polarFactor(matrices: Tensor3D): Tensor3D {
  const square = contract(matrices, matrices);
  const none = tf.sub(1, tf.step(square)) as Tensor2D;
  let y: Tensor3D = tf.div(matrices, each(tf.sqrt(tf.add(square, none)) as Tensor2D));
  for (const rho of scales) {
    const cube = tf.matMul(y, tf.matMul(y, y, true));
    y = tf.sub(tf.mul(1.5 * rho, y), tf.mul(rho ** 3 / 2, cube));
  }
  return y;
}
