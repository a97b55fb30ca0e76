import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { Posterior } from '../latent/posterior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, joint, weightSeeds } from '../networks/layers.ts';

/** Data `[batch, columns]` and noise `[batch, m]` to ambient rows `[batch, m]`. */
export function waeEncoder(latent: Manifold, columns: number, family: NetworkFamily, seed: number): LayersModel {
  const seeds = weightSeeds(seed, 1);
  const m = latent.ambientDim as number;
  const data = tf.input({ shape: [columns] });
  const noise = tf.input({ shape: [m] });
  const hidden = joint([family.trunk(data, seeds), noise], family.width, family.activation, seeds);
  return tf.model({ inputs: [data, noise], outputs: dense(hidden, m, seeds), name: 'encoder' });
}

/** Codes z = f(x, noise), projected to the manifold. */
export function waePosterior(latent: Manifold, encoder: LayersModel): Posterior {
  return {
    latent,
    noise: [{ name: 'noise', columns: latent.ambientDim as number, distribution: 'gaussian' }],
    networks: { encoder },
    draw: (x, { noise }) => ({ z: latent.project(encoder.apply([x, noise as Tensor2D]) as Tensor2D) }),
  };
}
