import type { FitOptions, Manifold } from '../../plugin/index.ts';
import type { TrainFlags } from '../commands/train.ts';
import { validationNll } from '../normalise.ts';
import type { Recipe } from './network.ts';
import type { Width } from './smoothing.ts';

/** Steps of a run that does not say how many epochs. */
const STEPS = 2000;

/** Adam's learning rate falls along half a cosine to this share. */
const LAST_RATE = 0.01;

/** Fewest points of which some are kept for validation unasked. */
const ENOUGH = 20;

/** Share of n points that is kept for validation. */
export const validationSplitOf = ({ validationSplit }: Pick<TrainFlags, 'validationSplit'>, n: number): number =>
  validationSplit ?? (n >= ENOUGH ? 0.1 : 0);

/** Passes over n points: as many as make 2,000 steps, where the user does not say. */
export function epochsOf(flags: Pick<TrainFlags, 'epochs' | 'batchSize' | 'validationSplit'>, n: number): number {
  const stepsPerEpoch = Math.ceil((n * (1 - validationSplitOf(flags, n))) / flags.batchSize);
  return flags.epochs ?? Math.ceil(STEPS / stepsPerEpoch);
}

/** A learning rate that falls to a hundredth. */
export const falling =
  (rate: number) =>
  (progress: number): number =>
    rate * (LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * progress)));

/** How `fit` is called, by the options and what they leave open. */
export function fitOptions(flags: TrainFlags, manifold: Manifold, n: number, smoothing: Width | undefined, recipe: Recipe): FitOptions {
  const { batchSize, learningRate = recipe.learningRate, seed, verbose, resume = false } = flags;
  const validationSplit = validationSplitOf(flags, n);
  const epochs = epochsOf(flags, n);
  const nll = validationSplit > 0 ? validationNll(manifold, epochs) : null;
  return {
    epochs,
    batchSize,
    validationSplit,
    seed,
    resume,
    learningRate: falling(learningRate),
    clipNorm: 10,
    verbose: verbose ? 1 : 'auto',
    ...(smoothing !== undefined && { smoothing }),
    ...(nll && { validation: nll, keepBest: 'val_nll' }),
    ...(recipe.averaging !== null && { averaging: recipe.averaging }),
  };
}
