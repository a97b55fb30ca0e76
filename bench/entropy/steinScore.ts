import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gram } from './gram.ts';
import { solvePositive } from './solvePositive.ts';

/** Scores ∇log q at draws u of a batch of laws, from these draws alone; `[batch, K, dim]` both. */
export type ScoreOfDraws = (u: Tensor3D) => Tensor3D;

/**
 * The Stein gradient estimator, Li & Turner 2018, §3: Stein's identity, E[∇log q(u) k(u, v) + ∇_u k(u, v)] = 0, at the draws, solved with
 * a ridge,
 *
 *     G = −(K + ηI)⁻¹ ⟨∇, K⟩,    ⟨∇, K⟩ᵢ = Σⱼ ∇_{uⱼ} k(uᵢ, uⱼ).
 *
 * @param ridge η > 0; the larger, the nearer the scores are to 0
 * @throws RangeError where the ridge is not positive
 */
export function steinScore(ridge: number): ScoreOfDraws {
  if (!(ridge > 0 && Number.isFinite(ridge))) throw new RangeError(`steinScore: the ridge must be a positive number; got ${ridge}.`);
  return (u) =>
    tf.tidy(() => {
      const { kernel, slopes } = gram(u);
      return tf.neg(solvePositive(tf.add(kernel, tf.mul(ridge, tf.eye(u.shape[1]))), slopes));
    });
}
