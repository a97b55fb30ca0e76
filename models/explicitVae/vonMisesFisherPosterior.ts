import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { atAngle, latitude } from '../../metrics/latitude.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { Posterior } from '../latent/posterior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, weightSeeds } from '../networks/layers.ts';

/** Data `[batch, columns]` to mean directions `[batch, m]` and log-concentrations `[batch, 1]`. */
export function vonMisesFisherEncoder(latent: Manifold, columns: number, family: NetworkFamily, seed: number): LayersModel {
  const seeds = weightSeeds(seed, 1);
  const data = tf.input({ shape: [columns] });
  const features = family.trunk(data, seeds);
  return tf.model({
    inputs: data,
    outputs: [dense(features, latent.ambientDim as number, seeds), dense(features, 1, seeds)],
    name: 'encoder',
  });
}

/** κ = m e² at first: codes spread over a third of the deviation of the prior. */
const FIRST_LOG_CONCENTRATION = 2;

/**
 * Von Mises–Fisher codes, density ∝ e^(κ⟨μ, z⟩) (Davidson et al. 2018): z = cos θ μ + sin θ v, θ by the inverse of its distribution function, v any direction
 * across μ. No rejection and no reflection, so that the gradient is that of the law, on every sphere and at every μ.
 */
export function vonMisesFisherPosterior(latent: Manifold, encoder: LayersModel): Posterior {
  const [m, n] = [latent.ambientDim as number, latent.dim as number];
  return {
    latent,
    noise: [
      { name: 'noise', columns: m, distribution: 'gaussian' },
      { name: 'latitude', columns: 1, distribution: 'uniform' },
    ],
    networks: { encoder },
    draw: (x, { noise, latitude: uniform }) => {
      const [direction, logConcentration] = encoder.apply(x) as Tensor2D[];
      const mu = latent.project(direction);
      const law = latitude(n, tf.exp(tf.add(logConcentration, Math.log(m) + FIRST_LOG_CONCENTRATION) as Tensor2D));
      const theta = law.quantile(uniform as Tensor2D);
      // Of unit length already, but for noise at rest, which points to no side: then it is μ.
      return { z: latent.project(atAngle(latent, mu, theta, noise as Tensor2D)), kl: law.kl() };
    },
  };
}
