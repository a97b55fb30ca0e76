import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { mvlLd } from '../../plugin/losses/mvlLd.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { CodeEnergy } from '../latent/codeEnergy.ts';
import { decodeBy, decoderNetwork } from '../latent/decode.ts';
import { assembleLatentModel, type LatentModel } from '../latent/latentModel.ts';
import type { LatentSummary } from '../latent/latentSummary.ts';
import { type ModelBase, type ModelOptions, modelBase } from '../latent/modelOptions.ts';
import { checkObjective } from '../latent/ownObjective.ts';
import { implicitNetworks, implicitPosterior } from './implicitPosterior.ts';
import { standardEnergy, standardEnergyNetwork } from './standardEnergy.ts';
import { standardKl } from './standardKl.ts';

export interface ImplicitVaeOptions extends ModelOptions {
  /** How the energy of codes learns, on flat space of the latent dimension. Default: `mvlLd` with ε = 0.01 and signs for noise. */
  readonly objective?: Objective;
}

/** Unit-sized codes with curvatures of at most about 1: the bias of ε = 0.01 is a per cent, its round-off 4e-5. */
const OBJECTIVE = { epsilon: 1e-2, noise: 'rademacher' } as const;

const NAME = 'implicitVae';

/** Builds the model around its networks. */
export function implicitVaeOf(
  base: Omit<ModelBase, 'networks'>,
  networks: Readonly<Record<string, LayersModel>>,
  own: Objective | undefined,
  summary: LatentSummary | null,
): LatentModel {
  const { latent, likelihood, columns, weight, facts } = base;
  const { encoder, displacement, decoder, energy: network } = networks;
  const posterior = implicitPosterior(latent, { encoder, displacement }, NAME);
  const objective = own ?? mvlLd(OBJECTIVE);
  const energy: CodeEnergy = {
    conditional: true,
    of: (z: Tensor2D, x: Tensor2D) => {
      const { u, features, moments, logVolume } = posterior.standardise(z, x);
      return tf.add(standardEnergy(network, u, { features, ...moments() }), logVolume);
    },
  };
  const parts = {
    posterior,
    regulariser: standardKl(latent, network, objective, NAME),
    likelihood,
    decoder,
    decode: decodeBy(decoder, latent),
    weight,
  };
  return assembleLatentModel({ parts, columns, energy, facts: { kind: NAME, ...facts, settings: own === undefined ? {} : null }, summary });
}

/**
 * A variational autoencoder whose posterior is an implicit law, easy to draw from and without a density. The gradient of its entropy comes from an energy that
 * minimum velocity learning trains along with it, on the same batches. Wang et al. 2020, §5.
 *
 * @throws TypeError for parts of another type; RangeError for wrong numbers; Error for unknown options, for an objective on another space than the flat one of the
 *   latent dimension, and for latent manifolds that are neither flat nor spheres, or leave their dimension open
 */
export function implicitVae(options: ImplicitVaeOptions): LatentModel {
  const base = modelBase(options, NAME, ['objective']);
  const { latent, columns, networks: family, facts } = base;
  const objective = checkObjective(options.objective, euclidean(latent.dim as number), NAME);
  const { encoder, displacement } = implicitNetworks(latent, columns, family, facts.seed);
  const decoder = decoderNetwork(latent, columns, family, facts.seed);
  const energy = standardEnergyNetwork(latent.dim as number, encoder.outputs[0].shape[1] as number, family, facts.seed);
  return implicitVaeOf(base, { encoder, displacement, decoder, energy }, objective, null);
}
