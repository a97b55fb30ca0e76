import type { LayersModel, Scalar, Tensor1D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';
import { isSphere } from '../../plugin/manifolds/isSphere.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { decodeBy, decoderNetwork } from '../latent/decode.ts';
import { assembleLatentModel, type LatentModel } from '../latent/latentModel.ts';
import type { LatentSummary } from '../latent/latentSummary.ts';
import { type ModelBase, type ModelOptions, modelBase } from '../latent/modelOptions.ts';
import { noPosteriorOn } from '../latent/noPosteriorOn.ts';
import type { Posterior } from '../latent/posterior.ts';
import type { Regulariser } from '../latent/regulariser.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { gaussianEncoder, gaussianPosterior } from './gaussianPosterior.ts';
import { vonMisesFisherEncoder, vonMisesFisherPosterior } from './vonMisesFisherPosterior.ts';

const NAME = 'explicitVae';

/** KL of a posterior whose law is known. */
const knownKl: Regulariser = {
  name: 'kl',
  settings: {},
  networks: {},
  noise: [],
  terms: ({ kl }) => ({ penalty: tf.mean(kl as Tensor1D) as Scalar, own: null }),
};

interface ExplicitLaw {
  encoder(latent: Manifold, columns: number, family: NetworkFamily, seed: number): LayersModel;
  posterior(latent: Manifold, encoder: LayersModel): Posterior;
}

/** @throws Error for manifolds without a law here */
function lawOn(latent: Manifold): ExplicitLaw {
  if (isFlat(latent)) return { encoder: gaussianEncoder, posterior: gaussianPosterior };
  if (isSphere(latent)) return { encoder: vonMisesFisherEncoder, posterior: vonMisesFisherPosterior };
  throw noPosteriorOn(latent, NAME);
}

/** Builds the model around its networks. */
export function explicitVaeOf(
  base: Omit<ModelBase, 'networks'>,
  networks: Readonly<Record<string, LayersModel>>,
  summary: LatentSummary | null,
): LatentModel {
  const { latent, likelihood, columns, weight, facts } = base;
  const { encoder, decoder } = networks;
  const posterior = lawOn(latent).posterior(latent, encoder);
  const parts = { posterior, regulariser: knownKl, likelihood, decoder, decode: decodeBy(decoder, latent), weight };
  return assembleLatentModel({ parts, columns, energy: null, facts: { kind: NAME, ...facts, settings: {} }, summary });
}

/**
 * A variational autoencoder whose posterior has a density: independent normal columns on flat space, von Mises–Fisher on spheres. `loss` is minus its bound on
 * log p(x), in nats.
 *
 * @throws TypeError for parts of another type; RangeError for wrong numbers; Error for unknown options, for other latent manifolds, or where they leave their dimension open
 */
export function explicitVae(options: ModelOptions): LatentModel {
  const base = modelBase(options, NAME);
  const { latent, columns, networks: family, facts } = base;
  const encoder = lawOn(latent).encoder(latent, columns, family, facts.seed);
  return explicitVaeOf(base, { encoder, decoder: decoderNetwork(latent, columns, family, facts.seed) }, null);
}
