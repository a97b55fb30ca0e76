import * as tf from '@tensorflow/tfjs';
import type { Run } from '../../plugin/training/run.ts';
import { VERSION } from '../../plugin/version.ts';
import type { LatentModel } from './latentModel.ts';

/** What the last `fit` did: kept with the saved model and in exported files. Plain JSON; losses in nats. */
export interface LatentSummary {
  readonly regulariser: string;
  readonly likelihood: string;
  readonly optimizer: string;
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Number of training rows. */
  readonly points: number;
  /** The history's entries at the epoch whose weights the model has. */
  readonly losses: Readonly<Record<string, number>>;
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function summarizeLatent({ state, size, program, seed, backend }: Run, { parts, likelihood }: LatentModel): LatentSummary {
  const { epoch, history } = state.history;
  const entry = state.best ?? epoch.length - 1;
  return {
    regulariser: parts.regulariser.name,
    likelihood: likelihood.name,
    optimizer: program.optimizer.getClassName(),
    epochs: epoch.length,
    steps: state.step,
    batchSize: size.batchSize,
    seed,
    points: size.points,
    losses: Object.fromEntries(Object.entries(history).map(([key, values]) => [key, values[entry]])),
    backend,
    versions: { 'tfjs-mvl': VERSION, tfjs: tf.version_core },
  };
}
