import type { LayersModel } from '@tensorflow/tfjs';
import { mvlLd } from '../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../plugin/losses/mvlRld.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { epsilonFor } from '../../plugin/training/schedule.ts';
import type { CodeEnergy } from '../latent/codeEnergy.ts';
import { decodeBy, decoderNetwork } from '../latent/decode.ts';
import { assembleLatentModel, type LatentModel } from '../latent/latentModel.ts';
import type { LatentSummary } from '../latent/latentSummary.ts';
import { gaussianLikelihood } from '../latent/likelihood.ts';
import { type ModelBase, type ModelOptions, modelBase } from '../latent/modelOptions.ts';
import { checkObjective } from '../latent/ownObjective.ts';
import { codeScale } from '../latent/prior.ts';
import type { Regulariser } from '../latent/regulariser.ts';
import { adversarialRegulariser } from './adversarialRegulariser.ts';
import { codeNetwork } from './codeNetwork.ts';
import { discrepancyRegulariser } from './discrepancyRegulariser.ts';
import { marginalEnergy, velocityRegulariser } from './velocityRegulariser.ts';
import { waeEncoder, waePosterior } from './waePosterior.ts';

/** `mvl`: KL by an energy learnt by minimum velocity; `gan`: a critic; `mmd`: the maximum mean discrepancy. */
export type WaeRegulariser = 'mvl' | 'gan' | 'mmd';

export interface WaeOptions extends ModelOptions {
  /** Default 'mvl'. */
  readonly regulariser?: WaeRegulariser;
  /**
   * How the energy of codes learns, on the latent manifold, for `mvl`. Default: `mvlLd` on flat space, `mvlRld` on others, with ε = 0.02 `blur`² and signs for
   * noise.
   */
  readonly objective?: Objective;
  /**
   * Width σ of the heat kernel that blurs codes and prior where `mvl` compares them. `energy` and `score` are of codes so blurred. Default: 0.25; on a sphere
   * 0.25/√m, a quarter of the prior's deviation in each of m columns.
   */
  readonly blur?: number;
}

const NAME = 'wae';

/** As in Tolstikhin et al. 2018 for MNIST: squared error, and ten times the regulariser. */
const DEFAULTS = { likelihood: gaussianLikelihood({ range: 'unit' }), weight: 10 };

const objectiveOn = (latent: Manifold, sigma: number): Objective => {
  const options = { epsilon: epsilonFor(sigma, latent), noise: 'rademacher' } as const;
  return isFlat(latent) ? mvlLd(options) : mvlRld({ manifold: latent, ...options });
};

/** A quarter of 1 on flat space, of 1/√m on a sphere in R^m. */
const defaultBlur = (latent: Manifold): number => 0.25 / codeScale(latent);

/** What decides the regulariser of a model. */
export interface WaeSettings {
  readonly regulariser: WaeRegulariser;
  readonly blur: number;
}

interface Kind {
  /** Name of its network; null: it has none. */
  readonly network: string | null;
  regulariser(latent: Manifold, network: LayersModel, blur: number, objective: Objective | undefined): Regulariser;
}

const KINDS: Readonly<Record<WaeRegulariser, Kind>> = {
  mvl: {
    network: 'energy',
    regulariser: (latent, network, blur, own) => velocityRegulariser(latent, network, own ?? objectiveOn(latent, blur), blur, NAME),
  },
  gan: { network: 'critic', regulariser: (latent, network) => adversarialRegulariser(latent, network) },
  mmd: { network: null, regulariser: (latent) => discrepancyRegulariser(latent) },
};

/** Builds the model around its networks. */
export function waeOf(
  base: Omit<ModelBase, 'networks'>,
  networks: Readonly<Record<string, LayersModel>>,
  { objective, ...settings }: WaeSettings & { readonly objective?: Objective | undefined },
  summary: LatentSummary | null,
): LatentModel {
  const { latent, likelihood, columns, weight, facts } = base;
  const { encoder, decoder } = networks;
  const { regulariser: kind, blur } = settings;
  const { network, regulariser } = KINDS[kind];
  const own = networks[network ?? ''];
  const parts = {
    posterior: waePosterior(latent, encoder),
    regulariser: regulariser(latent, own, blur, objective),
    likelihood,
    decoder,
    decode: decodeBy(decoder, latent),
    weight,
  };
  const energy: CodeEnergy | null = kind === 'mvl' ? { conditional: false, of: marginalEnergy(latent, own, blur, NAME) } : null;
  return assembleLatentModel({
    parts,
    columns,
    energy,
    facts: { kind: NAME, ...facts, settings: objective === undefined ? { ...settings } : null },
    summary,
  });
}

/**
 * A Wasserstein autoencoder: the law of all codes, rather than of each row's, is kept near the prior. Tolstikhin et al. 2018; with its KL by minimum
 * velocity, Wang et al. 2020, §5.
 *
 * @throws TypeError for parts of another type; RangeError for wrong numbers; Error for unknown options, an unknown regulariser, an objective on another
 *   manifold, and for latent manifolds without a prior
 */
export function wae(options: WaeOptions): LatentModel {
  const base = modelBase(options, NAME, ['regulariser', 'objective', 'blur'], DEFAULTS);
  const { regulariser = 'mvl', blur = defaultBlur(base.latent) } = options;
  if (!Object.hasOwn(KINDS, regulariser))
    throw new Error(`${NAME}: unknown regulariser ${JSON.stringify(regulariser)}; expected one of ${Object.keys(KINDS).join(', ')}.`);
  const alien = (['objective', 'blur'] as const).find((name) => options[name] !== undefined);
  if (alien !== undefined && regulariser !== 'mvl')
    throw new Error(`${NAME}: ${alien} belongs to the regulariser mvl; got ${regulariser}.`);
  const objective = checkObjective(options.objective, base.latent, NAME);
  if (!(blur > 0 && Number.isFinite(blur))) throw new RangeError(`${NAME}: blur must be a positive width; got ${blur}.`);
  const { latent, columns, networks: family, facts } = base;
  const { network } = KINDS[regulariser];
  const networks = {
    encoder: waeEncoder(latent, columns, family, facts.seed),
    decoder: decoderNetwork(latent, columns, family, facts.seed),
    ...(network !== null && { [network]: codeNetwork(latent, family, facts.seed, network) }),
  };
  return waeOf(base, networks, { regulariser, blur, objective }, null);
}
