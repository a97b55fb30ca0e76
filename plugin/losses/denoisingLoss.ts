import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * Denoising score matching for `tf.LayersModel.compile`: scores s `[batch, m]` that a model such as a `ScoreLayer`'s gives at y = x + σz against targets
 * t = −z/σ, as `denoisingPairs` makes both,
 *
 *     |s|² − 2⟨s, t⟩ = |s − t|² − |t|²,    `[batch]`,
 *
 * the gradient being that of the mean square, the mean that of L = E[|∇E|² − 2ΔE] of the blurred data, without the part of the variance that does not depend on s.
 * Products are the ambient space's: on manifolds with another metric use `denoisingScoreMatching`.
 */
export const denoisingLoss = (yTrue: Tensor, yPred: Tensor): Tensor =>
  tf.tidy(() => tf.sum(tf.mul(yPred, tf.sub(yPred, tf.mul(2, yTrue))), -1));
