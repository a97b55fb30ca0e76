import type { Scalar } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Draw, Standardised } from '../../models/latent/posterior.ts';
import { priorOn } from '../../models/latent/prior.ts';
import type { Regulariser } from '../../models/latent/regulariser.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { alongScore } from './alongScore.ts';
import type { ManyDraws } from './severalDraws.ts';
import type { ScoreOfDraws } from './steinScore.ts';

/**
 * KL(q(z|x) ‖ p(z)) of a posterior of `severalDraws` by an estimate of the scores of a row's draws, without a network that learns them:
 * mean(⟨∇log q(u), u⟩ − log|∂z/∂u| − log p(z)), of which only the gradient is right. The first term is a mean over all draws of a row.
 *
 * @throws Error for latent manifolds without a prior
 */
export function drawsKl(latent: Manifold, score: ScoreOfDraws, name: string): Regulariser {
  const prior = priorOn(latent, name);
  return {
    name,
    settings: {},
    networks: {},
    noise: [],
    terms: (draw: Draw) => {
      const { z, standard, many } = draw as ManyDraws;
      const cost = tf.sub(tf.add(prior.energy(z), alongScore(score, many)), (standard as Standardised).logVolume);
      return { penalty: tf.mean(cost) as Scalar, own: null };
    },
  };
}
