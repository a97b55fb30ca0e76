import type { LayersModel, Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { detach } from '../../plugin/losses/detach.ts';
import { heldFixed } from '../../plugin/losses/heldFixed.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { directionsFor } from '../latent/noiseInput.ts';
import { objectiveSettings } from '../latent/ownObjective.ts';
import type { Draw, Standardised } from '../latent/posterior.ts';
import { priorOn } from '../latent/prior.ts';
import type { Regulariser } from '../latent/regulariser.ts';
import { standardEnergy } from './standardEnergy.ts';

/**
 * KL(q(z|x) ‖ p(z)) of a standardised posterior by an energy E(u|h) of its law, learnt from draws of it: mean(−E(u|h) − log|∂z/∂u| − log p(z)), of which only
 * the gradient is right, since −E is log q(u|h) up to a constant for each h. Wang et al. 2020, §5, in the coordinates u.
 *
 * @param objective for the energies, on flat space of the latent dimension, such as `mvlLd()`
 */
export function standardKl(latent: Manifold, network: LayersModel, objective: Objective, where: string): Regulariser {
  const prior = priorOn(latent, where);
  return {
    name: objective.name,
    settings: objectiveSettings(objective),
    networks: { energy: network },
    noise: directionsFor(objective, latent.dim as number),
    terms: ({ z, standard }: Draw, { directions }) => {
      const { u, features, moments, logVolume } = standard as Standardised;
      const law = { features: detach(features), ...moments() };
      const energy = (v: Tensor2D): Tensor1D => standardEnergy(network, v, law);
      const cost = tf.sub(tf.sub(prior.energy(z), heldFixed(energy)(u)), logVolume);
      return { penalty: tf.mean(cost) as Scalar, own: objective(energy, detach(u), directions) };
    },
  };
}
