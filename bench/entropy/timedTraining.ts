import type { Optimizer, Tensor2D } from '@tensorflow/tfjs';
import { containerOf } from '../../models/latent/container.ts';
import type { LatentModel } from '../../models/latent/latentModel.ts';
import { openLatentRun } from '../../models/latent/latentRun.ts';
import type { Executor } from '../../plugin/training/executor.ts';

/** How far a training is. */
export interface Moment {
  /** Of training: neither evaluations nor what comes before the second step. */
  readonly seconds: number;
  /** Tracing, making the session and the first step. */
  readonly startSeconds: number;
  readonly steps: number;
  /** What the steps since the last moment reported, in the mean: `loss`, `reconstruction`, … */
  readonly reports: Readonly<Record<string, number>>;
}

export interface TimedOptions {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly averaging: number;
  readonly executor: Executor;
  /** Of training, in all. */
  readonly seconds: number;
  /** At equal distances of time, the last at the end. */
  readonly evaluations: number;
  /** Given while the averaged weights are in place. */
  readonly evaluate: (moment: Moment) => Promise<void>;
}

/** The clock is read between calls of the executor, of about 40 ms each. */
const MOST_STEPS = 64;

/**
 * Trains for a number of seconds rather than of epochs, and ends with the averaged weights.
 *
 * @param x rows `[n, columns]`
 * @throws RangeError where rows are left over behind whole batches, since a batch of another size would be compiled on the clock;
 * `TrainingDiverged` as `fit`
 */
export async function timedTraining(model: LatentModel, x: Tensor2D, options: TimedOptions): Promise<void> {
  const { optimizer, batchSize, averaging, executor, seconds: limit, evaluations, evaluate } = options;
  if (x.shape[0] % batchSize !== 0)
    throw new RangeError(
      `timedTraining: expected rows in whole batches of ${batchSize}; got ${x.shape[0]}. Leave out the last ${x.shape[0] % batchSize}.`,
    );
  const subject = { model, parts: model.parts, container: containerOf(model.networks), optimizer };
  const run = openLatentRun(subject, x, { batchSize, averaging, executor });
  const { state, stepper, weights } = run;
  let seconds = 0;
  const timed = async (steps: number): Promise<number> => {
    const began = performance.now();
    await stepper.take(steps);
    return (performance.now() - began) / 1000;
  };
  try {
    const startSeconds = await timed(1);
    for (let k = 1; k <= evaluations; k++) {
      while (seconds < (limit * k) / evaluations) seconds += await timed(MOST_STEPS);
      await stepper.sync();
      const reports = Object.fromEntries(Object.entries(state.sums).map(([name, sum]) => [name, sum / state.count]));
      Object.assign(state, { sums: {}, count: 0 });
      await weights.withAverage(() => evaluate({ seconds, startSeconds, steps: state.step, reports }));
    }
    weights.finish();
  } finally {
    await run.dispose();
  }
}
