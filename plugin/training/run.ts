import type { LayersModel, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type FitCallbacks, fitCallbacks } from './callbacks.ts';
import type { Fingerprint, RunState } from './checkpoint.ts';
import type { TrainingData } from './data.ts';
import type { StepProgram } from './executor.ts';
import type { CommonFitOptions } from './fitOptions.ts';
import { type LossReader, lossReader } from './losses.ts';
import type { RunSize } from './runSize.ts';
import type { Settings } from './settings.ts';
import { type Stepper, stepperOf } from './stepper.ts';
import type { Weights } from './weights.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What decides the course of a run, whatever it trains. */
export interface RunParts {
  readonly seed: number;
  readonly settings: Settings;
  readonly size: RunSize;
  readonly data: TrainingData;
  readonly program: StepProgram;
  /** How tfjs takes a step where that is not by `program.step`. */
  readonly eagerStep?: (step: number, ...given: Parameters<StepProgram['step']>) => ReturnType<StepProgram['step']>;
  /** The variables that the optimiser moves. */
  readonly trained: readonly Variable[];
  /** Those and the fixed weights of the networks. */
  readonly all: readonly Variable[];
  /** Variables that the loss itself changes from step to step. */
  readonly lossState: readonly Variable[];
  readonly weights: Weights;
  /** Stands before tfjs callbacks for the model in training; its `stopTraining` ends the run. */
  readonly host: LayersModel;
  /** What a checkpoint's run must have in common with this one, beside what all runs are told apart by. */
  readonly identity: { readonly manifold: string; readonly network: LayersModel | null; settings(): Fingerprint };
  /** What is trained by, for the log. */
  readonly title: string;
  /** The ε that a step's loss takes, for messages; null: none. */
  epsilon(step: number): number | null;
  /** The epoch's entries of the history beside what its steps reported; the averaged weights are in place. */
  measure(state: RunState): Promise<Record<string, number>>;
  /** Frees what the run has beside its data and weights. */
  dispose(): Promise<void>;
}

/** A run of training: what it works on, and how far it is. */
export interface Run extends RunParts {
  readonly losses: LossReader;
  readonly callbacks: FitCallbacks;
  readonly state: Mutable<Omit<RunState, 'callbacks' | 'iterations'>>;
  /** What takes the steps: an executor's name, or tfjs's backend. */
  readonly backend: string;
  readonly stepper: Stepper;
}

/** Opens what all runs have in common. Disposing of the run disposes of its parts, its data and its weights. */
export function openRun(parts: RunParts, { callbacks, executor }: Pick<CommonFitOptions, 'callbacks' | 'executor'>): Run {
  const { settings, size, host, data, weights } = parts;
  const state: Run['state'] = {
    step: 0,
    epoch: 0,
    stopped: false,
    sums: {},
    count: 0,
    history: { epoch: [], history: {} },
    best: null,
  };
  const losses = lossReader((reports, rows) => {
    const sums = Object.entries(reports).map(([name, value]) => [name, (state.sums[name] ?? 0) + value * rows]);
    Object.assign(state, { sums: Object.fromEntries(sums), count: state.count + rows });
  });
  const run: Run = {
    ...parts,
    losses,
    state,
    callbacks: fitCallbacks(callbacks, host, {
      epochs: settings.epochs,
      samples: size.points,
      steps: size.stepsPerEpoch,
      batchSize: size.batchSize,
      doValidation: data.validation !== null,
    }),
    backend: executor?.name ?? tf.getBackend(),
    get stepper() {
      return stepper;
    },
    dispose: async () => {
      await stepper.dispose();
      losses.dispose();
      await parts.dispose();
      weights.dispose();
      data.dispose();
    },
  };
  const stepper = stepperOf(run, executor);
  return run;
}
