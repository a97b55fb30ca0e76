import type { NoiseLevels } from '../energy/noiseLevels.ts';
import type { Objective } from '../losses/objective.ts';
import type { FitOptions } from './fitOptions.ts';
import { checkLearningRate, type LossAt, smoothingAt } from './schedule.ts';

/** What each step of a run does, as a function of its number alone. */
export interface Plan {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
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

const MOMENTS = [0, 0.25, 0.5, 0.75, 1];

export function planOf(
  { smoothing, learningRate }: FitOptions,
  lossAt: LossAt,
  size: { points: number; batchSize: number; epochs: number },
  levels: NoiseLevels | null = null,
): Plan {
  if (levels !== null && smoothing !== undefined)
    throw new Error('fit: this model has noise levels, at which its batches are blurred already; leave smoothing out.');
  checkLearningRate('fit', learningRate);
  const batchSize = Math.min(size.batchSize, size.points);
  const stepsPerEpoch = Math.ceil(size.points / batchSize);
  const steps = stepsPerEpoch * size.epochs;
  const sigmaAt = smoothingAt(levels === null ? smoothing : levels.to);
  const progress = (step: number) => (steps > 1 ? step / (steps - 1) : 0);
  const sigma = (step: number) => sigmaAt?.(progress(step)) ?? null;
  return {
    batchSize,
    stepsPerEpoch,
    steps,
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
