import type { NamedTensorMap, Optimizer, Scalar, Tensor } from '@tensorflow/tfjs';

/** What a step is given beside its batch: noise of a shape that may follow the size of the batch, or a number (`[]`). */
export interface StepInput {
  readonly name: string;
  readonly shape: readonly (number | 'batch')[];
}

/**
 * A step of training as a function of explicit inputs, written in tf operations. Whoever runs it may do so kernel by kernel, or trace it once and
 * run the graph: all that changes from step to step is an input, the optimiser's learning rate, or a variable.
 */
export interface StepProgram {
  readonly name: string;
  readonly optimizer: Optimizer;
  /** Tensors `[n, …]`, some rows of which make a batch. They stay as they are while the program runs. */
  readonly data: NamedTensorMap;
  readonly inputs: readonly StepInput[];
  /** Takes a step of the optimiser. The results are numbers to report, `loss` among them. */
  step(batch: NamedTensorMap, inputs: NamedTensorMap): Readonly<Record<string, Scalar>>;
  /** Which rows of the data make the batch of a step. */
  rows(step: number): Int32Array;
  /** Writes what an input is at a step. */
  draw(name: string, step: number, into: Float32Array): void;
  /** The learning rate at a step; null: the optimiser's own. */
  learningRate(step: number): number | null;
}

/** A program in the hands of an executor. */
export interface StepRunner {
  /**
   * Takes `count` steps from number `from` on, all with batches of one size.
   *
   * @returns the numbers that each step reported
   */
  take(from: number, count: number): Promise<Readonly<Record<string, Float32Array>>>;
  /** Puts the state into the tf.Variables. */
  sync(): Promise<void>;
  dispose(): Promise<void>;
}

/** A function of tensors in the hands of an executor; its variables are those of tfjs, as they are when it is called. */
export interface Evaluation {
  (...inputs: Tensor[]): Promise<Tensor>;
  dispose(): Promise<void>;
}

/** Runs training in place of tfjs's own backends; `onnxruntimeExecutor` of `tfjs-mvl/exporters` is one. */
export interface Executor {
  readonly name: string;
  /** Milliseconds that one call may keep the event loop waiting. */
  readonly turn: number;
  start(program: StepProgram): Promise<StepRunner>;
  evaluate(fn: (...inputs: Tensor[]) => Tensor): Promise<Evaluation>;
}
