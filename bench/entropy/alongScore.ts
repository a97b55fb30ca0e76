import type { Tensor1D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ScoreOfDraws } from './steinScore.ts';

/**
 * The mean over K draws of ⟨s(u), u⟩ with the scores s held fixed, `[batch]`: where s = ∇log q its gradient is that of E[log q(u)], minus
 * the entropy, as log q itself changes by 0 in the mean. What s is made of is not recorded for differentiation. The value is near −dim
 * whatever q is, by Stein's identity.
 *
 * @param u draws `[batch, K, dim]`
 */
export function alongScore(score: ScoreOfDraws, u: Tensor3D): Tensor1D {
  return tf.tidy(() => {
    const held = tf.customGrad((draws) => ({ value: score(draws as Tensor3D), gradFunc: () => tf.zerosLike(u) }))(u);
    return tf.mean(tf.sum(tf.mul(held, u), 2), 1);
  });
}
