import type { Objective } from '../losses/objective.ts';
import type { FitOptions } from './fitOptions.ts';
import { checkLearningRate, type LossAt, smoothingAt } from './schedule.ts';

/** What each step of a run does, as a function of its number alone. */
export interface Plan {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  sigma(step: number): number | null;
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
): Plan {
  checkLearningRate('fit', learningRate);
  const batchSize = Math.min(size.batchSize, size.points);
  const stepsPerEpoch = Math.ceil(size.points / batchSize);
  const steps = stepsPerEpoch * size.epochs;
  const sigmaAt = smoothingAt(smoothing);
  const progress = (step: number) => (steps > 1 ? step / (steps - 1) : 0);
  const sigma = (step: number) => sigmaAt?.(progress(step)) ?? null;
  return {
    batchSize,
    stepsPerEpoch,
    steps,
    sigma,
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
        smoothing: sigmas,
        learningRate: rates,
        loss: first.name,
        epsilon: [first.epsilon, lossAt(sigma(steps - 1)).epsilon],
        noise: first.noise?.distribution ?? null,
      };
    },
  };
}
