import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import { hmc } from '../plugin/dynamics/hmc.ts';
import type { Energy } from '../plugin/energy/energy.ts';
import { register } from '../plugin/gradients/register.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { drawNoise } from '../plugin/noise/drawNoise.ts';
import { gaussian } from '../plugin/noise/gaussian.ts';
import type { NoiseSpec } from '../plugin/noise/noiseSpec.ts';
import { evaluationOf } from '../plugin/training/evaluation.ts';
import { randomStream } from '../random/stream.ts';
import { defaultBase, type GivenEnergy } from './annealing/base.ts';
import { checkEnergies } from './annealing/checkEnergies.ts';
import { type AnnealingRun, DEVIATIONS } from './annealing/estimate.ts';
import { ANNEALING_OPTIONS, type AnnealingOptions, checkGroups, columnsOf } from './annealing/options.ts';
import { pacer } from './annealing/pacer.ts';
import { passage, stagesOf, type Travel } from './annealing/passage.ts';
import { pathOf } from './annealing/temperatures.ts';
import { totals } from './annealing/totals.ts';
import { transition } from './annealing/transition.ts';
import { constantSteps, tunedSteps, tuningStages } from './annealing/tunedSteps.ts';

/** An estimate of log Z = log ∫ exp(−energy) dvol, in nats. */
export interface AnnealingEstimate extends AnnealingRun {
  /** `logZ` less 1.96 standard errors: log Z is above it, up to 2.5 %. */
  readonly lower: number;
  /** The same of the run backward, plus its 1.96 standard errors; null without `samples`. */
  readonly upper: number | null;
  /** The run backward, whose `logZ` is in the mean above log Z; null without `samples`. */
  readonly backward: AnnealingRun | null;
}

const NAME = 'annealedImportanceSampling';
/** Second and third words of the streams' keys. */
const STREAMS = 0x4149;
const PURPOSE = { start: 0, forward: 1, backward: 2, tuningStart: 3, tuning: 4 } as const;

const estimateOf = (forward: AnnealingRun, backward: AnnealingRun | null): AnnealingEstimate => ({
  ...forward,
  lower: forward.logZ - DEVIATIONS * forward.standardError,
  upper: backward && backward.logZ + DEVIATIONS * backward.standardError,
  backward,
});

/**
 * Annealed importance sampling (Neal 2001): log Z of exp(−energy) on a manifold, by chains that go from a base U₀ of known Z to the target U through the
 * densities exp(−(1 − β)U₀ − βU), moved at each β by Hamiltonian Monte Carlo along geodesics. The mean of their weights is Z without bias, so its log is
 * below log Z in the mean. From exact samples of the target the same way back gives 1/Z without bias, and so a bound from above: together, bidirectional
 * Monte Carlo (Grosse, Ghahramani & Adams 2015; Wu et al. 2017).
 *
 * With `given`, `[groups, k]`, the energy is that of many densities at once: it is called with points `[rows, m]` and the row of `given` that belongs to each,
 * `[rows, k]`, and there is one estimate for each row of `given`. With U = −log p(x|z) − log p(z) and the data x given, these are log p(x).
 *
 * @param manifold of fixed dimension
 * @returns one estimate; with `given`, one for each of its rows
 * @throws RangeError for options out of range; Error where there is no base, for samples of a wrong shape or off the manifold, and where an energy gives
 *   a wrong shape, NaN or −∞
 */
export async function annealedImportanceSampling(
  energy: Energy,
  manifold: Manifold,
  options?: AnnealingOptions,
): Promise<AnnealingEstimate>;
export async function annealedImportanceSampling(
  energy: GivenEnergy,
  manifold: Manifold,
  options: AnnealingOptions & { readonly given: Tensor2D },
): Promise<AnnealingEstimate[]>;
export async function annealedImportanceSampling(
  energy: GivenEnergy,
  manifold: Manifold,
  options: AnnealingOptions & { readonly given?: Tensor2D } = {},
): Promise<AnnealingEstimate | AnnealingEstimate[]> {
  checkOptionNames(NAME, options, [...ANNEALING_OPTIONS, 'given']);
  const m = columnsOf(manifold, options, NAME);
  const { chains = 16, leapfrogs = 10, stepSize, acceptance = 0.65, temperatures = 1000, samples, given, seed = 0 } = options;
  const { base = defaultBase(manifold, NAME), executor, onProgress, signal } = options;
  const path = pathOf(temperatures, NAME);
  const dynamics = hmc(manifold, { leapfrogs });
  const layout = { groups: given === undefined ? 1 : given.shape[0], chains };
  checkGroups(layout, base, samples, manifold, NAME);
  register();
  await tf.ready();
  const rows = layout.groups * chains;
  const tiled = (x: Tensor2D): Tensor2D => tf.tile(x, [rows / x.shape[0], 1]);
  const own = given === undefined ? null : tiled(given);
  const streams = (purpose: number) => (stage: number) => randomStream(seed, STREAMS, purpose, stage);
  const start = (purpose: number): Tensor2D =>
    tf.tidy(() => base.sample(drawNoise(gaussian(), [rows, m], streams(purpose)(0)) as Tensor2D, own as Tensor2D));
  const stages = path.length - 1;
  const total = stages * (samples === undefined ? 1 : 2) + (stepSize === undefined ? tuningStages(path) : 0);
  const pause = pacer(total, onProgress, signal);
  let step: Travel['step'] | null = null;
  try {
    tf.tidy(() => checkEnergies(energy, base, start(PURPOSE.start), own as Tensor2D, NAME));
    step = await evaluationOf(transition(energy, base, dynamics), executor);
    const travel: Travel = { ...layout, step, noise: dynamics.noise as NoiseSpec, given: own, pause };
    const stepSizes =
      stepSize === undefined
        ? await tunedSteps(travel, path, acceptance, start(PURPOSE.tuningStart), streams(PURPOSE.tuning))
        : constantSteps(stepSize, layout.groups);
    const run = async (from: Tensor2D, direction: 1 | -1, purpose: number): Promise<AnnealingRun[]> => {
      const sums = totals(layout, stages);
      await passage(travel, from, stagesOf(path, stepSizes, direction), streams(purpose), sums.add);
      return sums.runs(base.logZ, direction);
    };
    const forward = await run(start(PURPOSE.start), 1, PURPOSE.forward);
    const backward = samples && (await run(tiled(samples), -1, PURPOSE.backward));
    const estimates = forward.map((one, g) => estimateOf(one, backward?.[g] ?? null));
    return given === undefined ? estimates[0] : estimates;
  } finally {
    own?.dispose();
    await step?.dispose();
  }
}
