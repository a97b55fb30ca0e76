import type { NoiseLevels } from '../energy/noiseLevels.ts';
import type { Objective } from '../losses/objective.ts';
import type { FitOptions } from './fitOptions.ts';
import { MOMENTS, progressAt, type RunSize, runSize } from './runSize.ts';
import { checkLearningRate, type LossAt, smoothingAt } from './schedule.ts';

/** What each step of a run does, as a function of its number alone. */
export interface Plan extends RunSize {
  /** Between which noise levels each sample draws its own; null: there are none. */
  readonly levels: NoiseLevels | null;
  /** Width of the smoothing, of noise levels the finest; null: none. */
  sigma(step: number): number | null;
  /** The largest width of the run. */
  widest(): number | null;
  objective(step: number): Objective;
  /** null: the optimiser's own. */
  learningRate(step: number): number | null;
  /** The schedules at a few moments, to tell runs apart; the length of the run counts only where a schedule varies over it. */
  fingerprint(): Readonly<Record<string, unknown>>;
}

export function planOf(
  { smoothing, learningRate }: FitOptions,
  lossAt: LossAt,
  size: { points: number; batchSize: number; epochs: number },
  levels: NoiseLevels | null = null,
): Plan {
  if (levels !== null && smoothing !== undefined)
    throw new Error('fit: this model has noise levels, at which its batches are blurred already; leave smoothing out.');
  checkLearningRate('fit', learningRate);
  const length = runSize(size.points, size);
  const { batchSize, steps } = length;
  const sigmaAt = smoothingAt(levels === null ? smoothing : levels.to);
  const progress = (step: number) => progressAt(length, step);
  const sigma = (step: number) => sigmaAt?.(progress(step)) ?? null;
  return {
    ...length,
    levels,
    sigma,
    widest: () => {
      if (levels !== null || sigmaAt === null) return levels?.from ?? null;
      const moments = typeof smoothing === 'function' ? Array.from({ length: steps }, (_, step) => progress(step)) : [0, 1];
      return moments.reduce((most, moment) => Math.max(most, sigmaAt(moment)), 0);
    },
    objective: (step) => lossAt(sigma(step)),
    learningRate: (step) => learningRate?.(progress(step)) ?? null,
    fingerprint: () => {
      const sigmas = sigmaAt && MOMENTS.map(sigmaAt);
      const rates = learningRate ? MOMENTS.map(learningRate) : null;
      const varies = learningRate !== undefined || typeof smoothing === 'function' || new Set(sigmas).size > 1;
      const first = lossAt(sigma(0));
      return {
        batchSize,
        epochs: varies ? size.epochs : null,
        smoothing: levels === null ? sigmas : null,
        noiseLevels: levels,
        learningRate: rates,
        loss: first.name,
        epsilon: [first.epsilon, lossAt(sigma(steps - 1)).epsilon],
        noise: first.noise?.distribution ?? null,
      };
    },
  };
}
