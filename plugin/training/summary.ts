import type { NoiseLevels } from '../energy/noiseLevels.ts';

/** What the last `fit` did: kept with the saved model and in exported files. Plain JSON; losses in nats. */
export interface TrainingSummary {
  readonly loss: string;
  /** Step size of the loss's dynamics at the end of training; null for losses that have none. */
  readonly epsilon: number | null;
  readonly optimizer: string;
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Number of training points and of validation points. */
  readonly points: number;
  readonly validationPoints: number;
  /** Heat-kernel width at the beginning and at the end; null: none. */
  readonly smoothing: { readonly from: number; readonly to: number } | null;
  /** Between which the samples drew their noise levels; null: there are none. */
  readonly noiseLevels: NoiseLevels | null;
  /** The history's entries at the epoch whose weights the model has: `loss`, `val_loss`, `val_<name>`. */
  readonly losses: Readonly<Record<string, number>>;
  /** Suggested step size for sampling the trained energy. */
  readonly stepSize: number;
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
}
