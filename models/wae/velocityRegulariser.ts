import type { LayersModel, Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { detach } from '../../plugin/losses/detach.ts';
import { heldFixed } from '../../plugin/losses/heldFixed.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import { heatSteps } from '../../plugin/manifolds/heatSteps.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { smooth } from '../../plugin/manifolds/smooth.ts';
import { directionsFor } from '../latent/noiseInput.ts';
import { objectiveSettings } from '../latent/ownObjective.ts';
import { priorOn } from '../latent/prior.ts';
import type { Regulariser } from '../latent/regulariser.ts';
import { codeFunction } from './codeNetwork.ts';

/**
 * Of the network in the energy. An optimiser's step moves the energy by so much less: one that follows each wrinkle of the law of codes at once, and an encoder
 * that smooths it by that energy, chase each other, and codes are folded finer and finer in place of being spread.
 */
const GAIN = 0.1;

/** E(z) = −log p_σ(z) + f(z)/10, energies of codes blurred by σ: what is learnt is how their law differs from the prior, blurred alike. */
export function marginalEnergy(latent: Manifold, network: LayersModel, sigma: number, where: string): (z: Tensor2D) => Tensor1D {
  const prior = priorOn(latent, where, sigma);
  const difference = codeFunction(network, latent);
  return (z) => tf.add(prior.energy(z), tf.mul(GAIN, difference(z)));
}

/**
 * KL(q_σ(z) ‖ p_σ(z)) of the law of all codes, blurred by the heat kernel of width σ, by an energy of it: mean(−E(z) − log p_σ(z)), of which only the
 * gradient is right. Wang et al. 2020, §5, with both laws blurred: this is 0 for equal laws only, as without, and codes that lie close together, as all do
 * at first, have a density whose score can be learnt (a spread divergence; Zhang et al. 2020).
 *
 * @param objective for the energy, on the latent manifold: `mvlLd()`, `mvlRld({ manifold })`
 * @param sigma in units of length of the manifold
 */
export function velocityRegulariser(
  latent: Manifold,
  network: LayersModel,
  objective: Objective,
  sigma: number,
  where: string,
): Regulariser {
  const prior = priorOn(latent, where, sigma);
  const energy = marginalEnergy(latent, network, sigma, where);
  const m = latent.ambientDim as number;
  return {
    name: objective.name,
    settings: { blur: sigma, ...objectiveSettings(objective) },
    networks: { energy: network },
    noise: [{ name: 'blur', columns: heatSteps(latent, sigma) * m, distribution: 'gaussian' }, ...directionsFor(objective, m)],
    terms: (draw, { blur, directions }) => {
      const z = smooth(latent, draw.z, sigma, blur as Tensor2D);
      return {
        penalty: tf.mean(tf.sub(prior.energy(z), heldFixed(energy)(z))) as Scalar,
        own: objective(energy, detach(z), directions),
      };
    },
  };
}
