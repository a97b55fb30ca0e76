import type { Logs, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { EnergyModel } from '../energy/energyModel.ts';
import type { Points } from '../energy/points.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import type { Executor } from './executor.ts';

/**
 * Width σ of the heat kernel that blurs the data, in the manifold's units of length: fixed, falling geometrically over the run,
 * or any function of progress in [0, 1].
 */
export type Smoothing = number | { readonly from: number; readonly to: number } | ((progress: number) => number);

/** A measure's entry in the logs and the history, `val_<name>`, and when it is taken. */
export interface TimedMetric {
  readonly name: string;
  /** Evaluate at the end of every k-th epoch, and of the last; in between the last value stands. Default 1. */
  readonly everyEpochs?: number;
}

/** A measure of progress beside the loss, lower is better; it appears in the logs and the history as `val_<name>`. */
export interface ValidationMetric extends TimedMetric {
  /**
   * @param points the validation points `[n, m]`, null where fit was given none; not to be disposed
   * @param tools given by `fit`
   */
  evaluate(model: EnergyModel, points: Tensor2D | null, tools?: ValidationTools): number | Promise<number>;
}

export interface CheckpointOptions {
  /** A file, in Node. Its folder must exist. */
  readonly path?: string;
  /** Where to keep the bytes otherwise, for example IndexedDB. */
  readonly store?: CheckpointStore;
  /** Write after every so many steps. */
  readonly everySteps?: number;
  /** Write after so many seconds. Default 30 where `everySteps` is absent. */
  readonly everySeconds?: number;
}

type Hook<First extends unknown[]> = (...given: [...First, logs?: Logs]) => void | Promise<void>;

/** A `tf.Callback`, for example `tf.callbacks.earlyStopping(…)`, or an object with some of these methods. Its numbers, strings and booleans are kept in checkpoints. */
export interface FitCallback {
  onTrainBegin?: Hook<[]>;
  onTrainEnd?: Hook<[]>;
  onEpochBegin?: Hook<[epoch: number]>;
  /** Logs have the epoch's entries of the history. */
  onEpochEnd?: Hook<[epoch: number]>;
  onBatchBegin?: Hook<[batch: number]>;
  /** Logs have the batch's loss; a callback that listens makes fit wait for the backend at every step. */
  onBatchEnd?: Hook<[batch: number]>;
}

/** What `fit` lends to validation metrics. */
export interface ValidationTools {
  /** The model's energy `[n, m]` → `[n]`, by the fastest way there is. The result is the caller's to dispose of. */
  energy(x: Tensor2D): Promise<Tensor1D>;
}

/** What every `fit` takes. */
export interface CommonFitOptions {
  /** Passes over the data. Default 10. */
  readonly epochs?: number;
  /** Points per step. Default 128. */
  readonly batchSize?: number;
  /** Share of the points, chosen at random by the seed, that is kept for validation. Default 0. */
  readonly validationSplit?: number;
  /** End with the weights of the epoch in which this entry of the history was least, for example `'val_nll'`; true: the first metric, else `val_loss`. */
  readonly keepBest?: boolean | string;
  readonly callbacks?: FitCallback | readonly FitCallback[];
  /** Fixes the split, the order of the points and all noise. Default: the model's seed. */
  readonly seed?: number;
  /** The optimiser's learning rate as a function of progress in [0, 1]. Default: as the optimiser has it. */
  readonly learningRate?: (progress: number) => number;
  /** Scales gradients down to this global norm. Default: none. */
  readonly clipNorm?: number;
  /** Weights shrink by the factor 1 − learningRate · weightDecay before each step, apart from the gradient (Loshchilov and Hutter 2019). Default: none. */
  readonly weightDecay?: number;
  /** Decay of an exponential moving average of the weights, which validation and the end of training use. Default: none. */
  readonly averaging?: number;
  /** 0: silent; 1: a bar on a terminal, otherwise a line per epoch; 'auto': a bar on a terminal, otherwise silent. Default 'auto'. */
  readonly verbose?: 0 | 1 | 'auto';
  /** Keeps the state of training in a file, so that a crash or Ctrl-C loses at most the steps since the last write. */
  readonly checkpoint?: string | CheckpointOptions;
  /** Go on from the checkpoint, if there is one, as if never stopped. Default false: start anew and write over it. */
  readonly resume?: boolean;
  /** Takes the steps in place of tfjs's own backend, for example `onnxruntimeExecutor(ort)` of `tfjs-mvl/exporters`: the same steps, far faster. */
  readonly executor?: Executor;
  /** Stops at the next step; fit writes the checkpoint and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface FitOptions extends CommonFitOptions {
  /** Points to validate on; wins over `validationSplit`. */
  readonly validationData?: Points;
  /** More measures of progress than the loss. */
  readonly validation?: ValidationMetric | readonly ValidationMetric[];
  /** Blurs every batch anew by the heat kernel of the manifold, y ← exp_y(σ P_y ξ). Default: none. */
  readonly smoothing?: Smoothing;
}

/** As tfjs's `History`: one number per epoch for each of `loss`, `val_loss`, `val_<name>`, … */
export interface FitHistory {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}
