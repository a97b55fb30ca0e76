import type { LayersModel, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { Posterior } from '../latent/posterior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, weightSeeds } from '../networks/layers.ts';

/** Data `[batch, columns]` to means and log-deviations, `[batch, dim]` each. */
export function gaussianEncoder(latent: Manifold, columns: number, family: NetworkFamily, seed: number): LayersModel {
  const seeds = weightSeeds(seed, 1);
  const data = tf.input({ shape: [columns] });
  const features = family.trunk(data, seeds);
  const dim = latent.dim as number;
  return tf.model({ inputs: data, outputs: [dense(features, dim, seeds), dense(features, dim, seeds)], name: 'encoder' });
}

/** Independent normal columns, z = μ(x) + σ(x) ξ (Kingma & Welling 2014); KL = Σ ½(μ² + σ² − 1) − log σ. */
export function gaussianPosterior(latent: Manifold, encoder: LayersModel): Posterior {
  return {
    latent,
    noise: [{ name: 'noise', columns: latent.dim as number, distribution: 'gaussian' }],
    networks: { encoder },
    draw: (x, { noise }) => {
      const [mean, logDeviation] = encoder.apply(x) as Tensor2D[];
      const squares = tf.add(tf.square(mean), tf.exp(tf.mul(2, logDeviation)));
      return {
        z: tf.add(mean, tf.mul(tf.exp(logDeviation), noise)),
        kl: tf.sum(tf.sub(tf.mul(0.5, tf.sub(squares, 1)), logDeviation), 1) as Tensor1D,
      };
    },
  };
}
