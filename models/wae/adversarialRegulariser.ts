import type { LayersModel, Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { detach } from '../../plugin/losses/detach.ts';
import { heldFixed } from '../../plugin/losses/heldFixed.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { Regulariser } from '../latent/regulariser.ts';
import { codeFunction } from './codeNetwork.ts';

/**
 * A critic that tells codes of the prior from those of the encoder, log-odds T(z); the encoder descends −log of the probability that its codes pass for the
 * prior's. WAE-GAN, Tolstikhin et al. 2018, algorithm 1.
 */
export function adversarialRegulariser(latent: Manifold, network: LayersModel): Regulariser {
  const critic = codeFunction(network, latent);
  return {
    name: 'gan',
    settings: {},
    networks: { critic: network },
    noise: [{ name: 'prior', columns: latent.ambientDim as number, distribution: 'gaussian' }],
    terms: ({ z }, { prior }) => {
      const real = tf.softplus(tf.neg(critic(latent.fromGaussian(prior as Tensor2D))));
      const own = tf.add(tf.mean(real), tf.mean(tf.softplus(critic(detach(z))))) as Scalar;
      return { penalty: tf.mean(tf.softplus(tf.neg(heldFixed(critic)(z)))) as Scalar, own };
    },
  };
}
