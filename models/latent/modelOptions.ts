import { checkOptionNames } from '../../plugin/checkOptionNames.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { mlpNetworks } from '../networks/mlpNetworks.ts';
import { bernoulli, type Likelihood } from './likelihood.ts';
import { priorOn } from './prior.ts';
import type { LatentFacts } from './saveLatent.ts';

/** What all latent variable models take. */
export interface ModelOptions {
  /** Where codes are: `euclidean(n)` with a standard normal prior, `sphere(n)` with a uniform one. */
  readonly latent: Manifold;
  /** Columns of a row of data, for example 784. Default: what the networks ask for, else an error. */
  readonly columns?: number;
  /** The law of data given a code. Default: that of the kind of model. */
  readonly likelihood?: Likelihood;
  /** How networks are built: `mlpNetworks`, `convolutionalNetworks`, or a family of your own. Default `mlpNetworks()`. */
  readonly networks?: NetworkFamily;
  /** Of the regulariser beside the reconstruction. Default: that of the kind of model. */
  readonly weight?: number;
  /** Fixes the initial weights and, where `fit` is given no other, all noise. Default 0. */
  readonly seed?: number;
}

/** Checked options, with their defaults. */
export interface ModelBase {
  readonly latent: Manifold;
  readonly columns: number;
  readonly likelihood: Likelihood;
  readonly networks: NetworkFamily;
  readonly weight: number;
  readonly facts: Pick<LatentFacts, 'latent' | 'likelihood' | 'weight' | 'seed'>;
}

const NAMES: readonly (keyof ModelOptions)[] = ['latent', 'columns', 'likelihood', 'networks', 'weight', 'seed'];

/** What a likelihood must have. */
const LIKELIHOOD = { name: 'string', negativeLog: 'function', mean: 'function', draw: 'function' } as const;

/** What a network family must have; a function is one that builds. */
const FAMILY = { name: 'string', activation: 'string', width: 'number', trunk: 'function', decoder: 'function' } as const;

function checkParts(likelihood: Likelihood, networks: NetworkFamily, where: string): void {
  const { observe } = likelihood ?? {};
  const lacking = Object.entries(LIKELIHOOD).find(([name, type]) => typeof likelihood?.[name as keyof Likelihood] !== type)?.[0];
  const wrong = lacking ?? (observe === null || typeof observe === 'function' ? null : 'observe');
  if (wrong !== null)
    throw new TypeError(
      `${where}: likelihood must be one such as bernoulli() or gaussianLikelihood({ deviation: 0.1 }), or an object with ${Object.keys(LIKELIHOOD).join(', ')} and observe ` +
        `(null: data as they are); got ${JSON.stringify(likelihood)}, where ${wrong} is missing or of another type.`,
    );
  const missing = Object.entries(FAMILY).find(([name, type]) => typeof networks?.[name as keyof NetworkFamily] !== type);
  if (missing !== undefined || networks.columns === undefined)
    throw new TypeError(
      `${where}: networks must be mlpNetworks(), convolutionalNetworks(), or an object with ${Object.keys(FAMILY).join(', ')} and columns (null: any number); ` +
        `got ${JSON.stringify(networks)}, where ${missing?.[0] ?? 'columns'} is missing or of another type.`,
    );
}

/**
 * @param more names of the kind's own options
 * @throws TypeError where the manifold, the likelihood or the networks are none; RangeError for wrong numbers; Error for unknown options, and where the manifold
 *   has no prior
 */
export function modelBase(
  options: ModelOptions,
  where: string,
  more: readonly string[] = [],
  defaults: Partial<Pick<ModelBase, 'likelihood' | 'weight'>> = {},
): ModelBase {
  checkOptionNames(where, options, [...NAMES, ...more]);
  if (typeof options?.latent?.exp !== 'function')
    throw new TypeError(`${where}: expected { latent } such as sphere(8) or euclidean(8); got ${JSON.stringify(options?.latent)}.`);
  const { latent, networks = mlpNetworks(), seed = 0 } = options;
  const { likelihood = defaults.likelihood ?? bernoulli(), weight = defaults.weight ?? 1, columns = networks.columns } = options;
  checkParts(likelihood, networks, where);
  priorOn(latent, where);
  if (columns === null || !Number.isInteger(columns) || columns < 1)
    throw new RangeError(`${where}: columns, the number of columns of a row of data, must be a positive integer; got ${columns}.`);
  if (networks.columns !== null && networks.columns !== columns)
    throw new RangeError(`${where}: the networks (${networks.name}) take rows of ${networks.columns} columns, the data have ${columns}.`);
  if (!(weight > 0 && Number.isFinite(weight))) throw new RangeError(`${where}: weight must be a positive number; got ${weight}.`);
  if (!Number.isInteger(seed)) throw new RangeError(`${where}: seed must be an integer; got ${seed}.`);
  return { latent, columns, likelihood, networks, weight, facts: { latent: latent.name, likelihood: likelihood.name, weight, seed } };
}
