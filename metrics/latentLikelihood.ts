import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import { isFlat } from '../plugin/manifolds/isFlat.ts';
import { isSphere } from '../plugin/manifolds/isSphere.ts';
import { annealedImportanceSampling } from './annealedImportanceSampling.ts';
import type { AnnealingRun } from './annealing/estimate.ts';
import { ANNEALING_OPTIONS, type AnnealingOptions } from './annealing/options.ts';
import { type ChainSpace, startAtEncoder } from './annealing/startAtEncoder.ts';
import { checkDensity, type LatentDensity } from './latentDensity.ts';
import { natsOf } from './nats.ts';

export interface LatentLikelihoodOptions extends Omit<AnnealingOptions, 'base' | 'samples'> {
  /**
   * `encoder`: chains start from independent normal columns fitted to codes that the encoder draws for each row; on a sphere codes are the directions of
   * points with such columns. That takes far fewer temperatures. `prior`: from the prior, along the manifold. Default 'encoder' where there is one,
   * and codes are on flat space or a sphere.
   */
  readonly start?: 'encoder' | 'prior';
  /** Codes that are drawn for each row to fit the start to. Default 64. */
  readonly codes?: number;
  /** The code that each row was simulated from, `[n, m]`: then there is a bound from above too, from chains that come back from it. */
  readonly truth?: Tensor2D;
  /** Rows at once. Default 250. */
  readonly chunk?: number;
}

/** Estimates of log p(x) in nats. */
export interface LatentLikelihood {
  /** One for each row, `[n]`; in the mean below log p(x). */
  readonly logLikelihoods: Float64Array;
  /** −mean of them. */
  readonly nll: number;
  /** Of the mean: from the spread over rows, which has that of the chains in it. */
  readonly standardError: number;
  /** Mean standard error of a row's estimate, from the spread of its chains. */
  readonly chainError: number;
  /** Mean over rows of the bounds from above of log p(x), minus `−nll`: the width of the bracket. null without `truth`. */
  readonly gap: number | null;
  /** Mean acceptance of the proposals. */
  readonly acceptance: number;
}

const NAME = 'latentLikelihood';
const OPTIONS = ['start', 'codes', 'truth', 'chunk', ...ANNEALING_OPTIONS.filter((name) => name !== 'base' && name !== 'samples')];

/**
 * The marginal likelihood of a latent variable model, log p(x) = log ∫ p(x|z) p(z) dz, by annealed importance sampling for each row: Hamiltonian Monte Carlo, all
 * rows and chains side by side. Wu et al. 2017. The estimate of each row is in the mean a lower bound.
 *
 * @param x rows as the model observes them, binary ones for a Bernoulli likelihood, `[n, columns]`
 * @throws as `annealedImportanceSampling`; TypeError where the first argument is no density or x no tensor; RangeError for rows that the model cannot have observed; Error where `start` is 'encoder' and the density has none, or codes on another manifold
 */
export async function latentLikelihood(
  density: LatentDensity,
  x: Tensor2D,
  options: LatentLikelihoodOptions = {},
): Promise<LatentLikelihood> {
  checkDensity(NAME, density, x);
  checkOptionNames(NAME, options, OPTIONS);
  await density.check?.(x, `${NAME}(x)`);
  const { encode } = density;
  const fits = isFlat(density.latent) || isSphere(density.latent);
  const { start = encode && fits ? 'encoder' : 'prior', codes = 64, truth, chunk = 250, seed = 0, onProgress, ...annealing } = options;
  if (start === 'encoder' && encode === undefined) throw new Error(`${NAME}: there is no encoder to start from; use { start: 'prior' }.`);
  if (start === 'encoder' && !fits)
    throw new Error(`${NAME}: no law to start from is fitted to codes on ${density.latent.name}; use { start: 'prior' }.`);
  const [n] = x.shape;
  if (truth !== undefined && truth.shape[0] !== n)
    throw new Error(`${NAME}: expected a code for each of ${n} rows; got ${truth.shape[0]}.`);
  const energy = (z: Tensor2D, rows: Tensor2D): Tensor1D => tf.add(density.observation(z, rows), density.prior(z));
  const spaceOf = async (rows: Tensor2D, own: Tensor2D | undefined): Promise<ChainSpace> =>
    start === 'encoder' && encode !== undefined
      ? startAtEncoder(density.latent, energy, rows, { encode, codes, truth: own, seed })
      : { manifold: density.latent, energy, given: tf.clone(rows), ...(own && { samples: tf.clone(own) }) };
  const found: { forward: AnnealingRun; upper: number | null }[] = [];
  const chunks = Math.ceil(n / chunk);
  for (let k = 0; k < chunks; k++) {
    const size = Math.min(chunk, n - k * chunk);
    const rows = tf.slice(x, [k * chunk, 0], [size, -1]);
    const own = truth && tf.slice(truth, [k * chunk, 0], [size, -1]);
    const { manifold, energy: target, base, given, samples } = await spaceOf(rows, own);
    try {
      const estimates = await annealedImportanceSampling(target, manifold, {
        ...annealing,
        seed,
        given,
        ...(base && { base }),
        ...(samples && { samples }),
        ...(onProgress && { onProgress: (step: number, steps: number) => onProgress(k * steps + step, chunks * steps) }),
      });
      found.push(...estimates.map((one) => ({ forward: one, upper: one.backward?.logZ ?? null })));
    } finally {
      tf.dispose([rows, given, ...(own ? [own] : []), ...(samples ? [samples] : [])]);
    }
  }
  return summary(found);
}

function summary(found: readonly { readonly forward: AnnealingRun; readonly upper: number | null }[]): LatentLikelihood {
  const mean = (values: readonly number[]): number => natsOf(Float64Array.from(values)).value;
  const logLikelihoods = Float64Array.from(found, ({ forward }) => forward.logZ);
  const { value: nll, standardError } = natsOf(logLikelihoods.map((value) => -value));
  const uppers = found.map(({ upper }) => upper);
  return {
    logLikelihoods,
    nll,
    standardError,
    chainError: mean(found.map(({ forward }) => forward.standardError)),
    gap: uppers.some((upper) => upper === null) ? null : mean(uppers as number[]) + nll,
    acceptance: mean(found.map(({ forward }) => forward.acceptance)),
  };
}
