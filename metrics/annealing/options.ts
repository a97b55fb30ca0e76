import type { Tensor2D } from '@tensorflow/tfjs';
import { checkPoints } from '../../plugin/manifolds/checkPoints.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { Executor } from '../../plugin/training/executor.ts';
import type { AnnealingBase } from './base.ts';
import type { Layout } from './passage.ts';
import type { Temperatures } from './temperatures.ts';

export interface AnnealingOptions {
  /** Default: uniform where the manifold's volume is finite, standard normal on flat space. */
  readonly base?: AnnealingBase;
  /** Steps T of the sigmoid schedule of Wu et al. 2017, or the β themselves, from 0 to 1. Default 1000. */
  readonly temperatures?: Temperatures;
  /** Chains, for each row of `given`. Default 16. */
  readonly chains?: number;
  /** Leapfrogs of the Hamiltonian step at each temperature; 1: that of `mala`. Default 10. */
  readonly leapfrogs?: number;
  /** Fixed step size of a leapfrog. Default: tuned for each temperature, and row of `given`, in a preliminary run of a tenth of the temperatures. */
  readonly stepSize?: number;
  /** Acceptance to tune for. Default 0.65. */
  readonly acceptance?: number;
  /** Exact samples of the target, for a run backward: one for all chains of a row of `given`, `[groups, m]`, or one for each, `[chains · groups, m]`. */
  readonly samples?: Tensor2D;
  /** Default 0. */
  readonly seed?: number;
  /** Runs the steps, for example `onnxruntimeExecutor(ort)`. Default: tfjs. */
  readonly executor?: Executor;
  /** Called after each temperature, those of the preliminary run and of the run backward included. */
  readonly onProgress?: (step: number, steps: number) => unknown;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Names of the options. */
export const ANNEALING_OPTIONS: readonly (keyof AnnealingOptions)[] = [
  'base',
  'temperatures',
  'chains',
  'leapfrogs',
  'stepSize',
  'acceptance',
  'samples',
  'seed',
  'executor',
  'onProgress',
  'signal',
];

/**
 * The columns of the manifold's points.
 *
 * @throws RangeError for options out of range; Error where the manifold leaves its dimension open
 */
export function columnsOf(manifold: Manifold, { chains = 16, stepSize = 1, acceptance = 0.5 }: AnnealingOptions, where: string): number {
  if (!Number.isInteger(chains) || chains < 1)
    throw new RangeError(`${where}: chains must be a whole number of at least 1; got ${chains}.`);
  if (!(stepSize > 0 && Number.isFinite(stepSize))) throw new RangeError(`${where}: stepSize must be positive; got ${stepSize}.`);
  if (!(acceptance > 0 && acceptance < 1)) throw new RangeError(`${where}: acceptance must be between 0 and 1; got ${acceptance}.`);
  if (manifold.ambientDim !== null) return manifold.ambientDim;
  throw new Error(
    `${where}: ${manifold.name} does not say how many columns its points have. Give the dimension, for example euclidean(2).`,
  );
}

/** @throws Error where log Z of the base or the samples do not fit the groups, or samples are off the manifold */
export function checkGroups(
  { groups, chains }: Layout,
  { logZ }: AnnealingBase,
  samples: Tensor2D | undefined,
  manifold: Manifold,
  where: string,
): void {
  if (typeof logZ !== 'number' && logZ.length !== groups)
    throw new Error(`${where}: the base has ${logZ.length} values of logZ for ${groups} rows of given.`);
  if (samples === undefined) return;
  checkPoints(manifold, samples, `${where}(samples)`);
  const rows = groups * chains;
  if (samples.shape[0] !== groups && samples.shape[0] !== rows)
    throw new Error(`${where}: expected ${groups} samples, or ${rows}, one for each chain; got ${samples.shape[0]}.`);
}
