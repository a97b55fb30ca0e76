import type { ExecutionProvider } from '../providers.ts';
import type { TrainInputs } from './readInputs.ts';
import type { TrainCard } from './trainCard.ts';

/** Values of a variable, in row-major order. */
export interface ParameterValues {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** Training that goes on in onnxruntime. Calls may overlap: they are run one after the other, in the order in which they were made. */
export interface TrainSession {
  readonly card: TrainCard;
  /** Which provider runs the step, and why an earlier choice does not. */
  readonly executionProvider: ExecutionProvider;
  /** Steps taken so far, with those before the state that was loaded. */
  readonly steps: number;
  /** What noise is drawn from. */
  readonly seed: number;
  /**
   * Takes a step of the optimiser on a batch.
   *
   * @param inputs by name, as `card.inputs` has them: rows, typed arrays, `{ data, dims }`, numbers. They are copied at once. Noise that is not given is
   *   drawn from the stream (seed, step, place in the card); numbers with a default may be left out
   * @returns the numbers that the step reports, such as the loss before it
   * @throws Error for missing or unknown inputs; TypeError and RangeError for wrong ones; an error named TrainingDiverged where the loss is not finite.
   *   After each of them the state is that before the step
   */
  step(inputs: TrainInputs, options?: { readonly learningRate?: number }): Promise<Record<string, number>>;
  /**
   * Copies of what is trained, by name; or of its moving averages, under the same names.
   *
   * @throws Error where averages are asked for and the step keeps none
   */
  parameters(which?: 'trained' | 'averaged'): Promise<Record<string, ParameterValues>>;
  /** All of the state as a safetensors file, with the number of steps and the seed. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Goes on from what `save` wrote, bit for bit: state, number of steps, and the seed unless the session was given one.
   *
   * @throws Error where the bytes are damaged or of another training step; the state is left as it was
   */
  load(bytes: Uint8Array | ArrayBufferLike): Promise<void>;
  /** Frees the session. Calls that have not begun by then, and later ones, reject. */
  dispose(): Promise<void>;
}
