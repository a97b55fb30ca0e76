import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gram } from './gram.ts';
import { orthonormal } from './orthonormal.ts';
import { solvePositive } from './solvePositive.ts';
import type { ScoreOfDraws } from './steinScore.ts';

export interface SpectralOptions {
  /** J, leading eigenvectors of the Gram matrix that are used; at most the number of draws. */
  readonly vectors: number;
  /** Products with the square of the Gram matrix, with an orthonormalisation after each. Default 2. */
  readonly rounds?: number;
}

/**
 * A basis V `[batch, K, J]` of the leading eigenvectors of K, by orthogonal iteration from K's own first columns: after r rounds of K²
 * there is a share (λᵢ/λ_J)²ʳ⁺¹ left of eigenvector i > J. With J = 10 of 16 draws in 8 columns two rounds find scores whose mean squared
 * error is within 1 % of that by exact eigenvectors: those near the border are of equal use.
 */
function leading(kernel: Tensor3D, vectors: number, rounds: number): Tensor3D {
  let basis = orthonormal(tf.slice(kernel, [0, 0, 0], [-1, -1, vectors]));
  const square = tf.matMul(kernel, kernel);
  for (let round = 0; round < rounds; round++) basis = orthonormal(tf.matMul(square, basis));
  return basis;
}

/**
 * The spectral Stein gradient estimator, Shi, Sun & Zhu 2018, §3: the score by the leading eigenfunctions ψⱼ of the kernel, with the
 * coefficients βⱼ = −E[∇ψⱼ] and Nyström's formula for ψⱼ. At the draws themselves this comes to
 *
 *     G = −U Λ⁻¹ Uᵀ ⟨∇, K⟩,    K U = U Λ the J leading pairs,
 *
 * Li & Turner's estimator with the inverse of K cut off in place of a ridge (Zhou, Shi & Zhu 2020). Every basis V of these eigenvectors
 * gives the same, −V (VᵀKV)⁻¹ Vᵀ ⟨∇, K⟩, so that there is no need to tell them apart.
 *
 * @throws RangeError where J is not between 1 and the number of draws
 */
export function spectralScore({ vectors, rounds = 2 }: SpectralOptions): ScoreOfDraws {
  return (u) => {
    if (!Number.isInteger(vectors) || vectors < 1 || vectors > u.shape[1])
      throw new RangeError(`spectralScore: vectors must be a whole number from 1 to the ${u.shape[1]} draws of a law; got ${vectors}.`);
    return tf.tidy(() => {
      const { kernel, slopes } = gram(u);
      const basis = leading(kernel, vectors, rounds);
      const inner = tf.matMul(basis, tf.matMul(kernel, basis), true);
      const coefficients = solvePositive(inner as Tensor3D, tf.matMul(basis, slopes, true) as Tensor3D);
      return tf.neg(tf.matMul(basis, coefficients)) as Tensor3D;
    });
  };
}
