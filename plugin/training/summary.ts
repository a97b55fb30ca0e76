import type { NoiseLevels } from '../energy/noiseLevels.ts';

/** What any `fit` did. Plain JSON; losses in nats. */
export interface RunSummary {
  readonly optimizer: string;
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Number of training points. */
  readonly points: number;
  /** The history's entries at the epoch whose weights the model has: `loss`, `val_loss`, `val_<name>`. */
  readonly losses: Readonly<Record<string, number>>;
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What the last `fit` of an energy did: kept with the saved model and in exported files. */
export interface TrainingSummary extends RunSummary {
  readonly loss: string;
  /** Step size of the loss's dynamics at the end of training; null for losses that have none. */
  readonly epsilon: number | null;
  /** Number of validation points. */
  readonly validationPoints: number;
  /** Heat-kernel width at the beginning and at the end; null: none. */
  readonly smoothing: { readonly from: number; readonly to: number } | null;
  /** Between which the samples drew their noise levels; null: there are none. */
  readonly noiseLevels: NoiseLevels | null;
  /** Suggested step size for sampling the trained energy. */
  readonly stepSize: number;
}
