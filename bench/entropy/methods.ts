import { implicitNetworks, implicitPosterior } from '../../models/implicitVae/implicitPosterior.ts';
import { implicitVae } from '../../models/implicitVae/implicitVae.ts';
import { decodeBy, decoderNetwork } from '../../models/latent/decode.ts';
import { assembleLatentModel, type LatentModel } from '../../models/latent/latentModel.ts';
import { type ModelOptions, modelBase } from '../../models/latent/modelOptions.ts';
import { denoisingScoreMatching } from '../../plugin/losses/denoisingScoreMatching.ts';
import { ssmVr } from '../../plugin/losses/ssmVr.ts';
import { adversarial } from './adversarial.ts';
import { drawsKl } from './drawsKl.ts';
import { ESTIMATORS } from './settings.ts';
import { severalDraws } from './severalDraws.ts';
import { spectralScore } from './spectralScore.ts';
import { type ScoreOfDraws, steinScore } from './steinScore.ts';

const { sigma, draws, ridge, vectors } = ESTIMATORS;

/** The implicit VAE with the same posterior and the same initial weights, and the scores of draws in place of an energy that is learnt. */
function byDraws(name: string, options: ModelOptions, score: ScoreOfDraws): LatentModel {
  const base = modelBase(options, name);
  const { latent, columns, networks: family, likelihood, weight, facts } = base;
  const { encoder, displacement } = implicitNetworks(latent, columns, family, facts.seed);
  const decoder = decoderNetwork(latent, columns, family, facts.seed);
  const parts = {
    posterior: severalDraws(implicitPosterior(latent, { encoder, displacement }, name), draws),
    regulariser: drawsKl(latent, score, name),
    likelihood,
    decoder,
    decode: decodeBy(decoder, latent),
    weight,
  };
  return assembleLatentModel({ parts, columns, energy: null, facts: { kind: 'implicitVae', ...facts, settings: null }, summary: null });
}

export interface Method {
  /** In the plot. */
  readonly title: string;
  make(options: ModelOptions): LatentModel;
}

/** Ways to the gradient of the posterior's entropy. The first four train the same energy beside the model, by different losses. */
export const METHODS: Readonly<Record<string, Method>> = {
  mvl: { title: 'minimum velocity', make: (options) => implicitVae(options) },
  ssm: { title: 'sliced score matching', make: (options) => implicitVae({ ...options, objective: ssmVr({ noise: 'rademacher' }) }) },
  dsm: {
    title: 'denoising score matching',
    make: (options) => implicitVae({ ...options, objective: denoisingScoreMatching({ sigma }) }),
  },
  adversarial: { title: 'adversarial', make: (options) => implicitVae({ ...options, objective: adversarial() }) },
  stein: {
    title: 'Stein estimator',
    make: (options) => byDraws('stein', options, steinScore(ridge)),
  },
  spectral: {
    title: 'spectral Stein estimator',
    make: (options) => byDraws('spectral', options, spectralScore({ vectors })),
  },
};
