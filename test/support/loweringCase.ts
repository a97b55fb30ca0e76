import type * as tf from '@tensorflow/tfjs';

export interface CaseInput {
  /** 'n' is the batch, which stays open in the file. */
  readonly shape: readonly (number | 'n')[];
  readonly dtype?: 'float32' | 'int32' | 'bool';
  /** Entries by position and by a standard normal draw. Default: the draw itself; for int32 0 … 3, for bool its sign. */
  readonly values?: (index: number, draw: number) => number;
}

/** One declaration gives a numeric test, a structure test and a row of the coverage table. */
export interface LoweringCase {
  /** The tfjs kernel that this is about. */
  readonly kernel: string;
  readonly name?: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  readonly fn: (...inputs: never[]) => tf.Tensor | Readonly<Record<string, tf.Tensor>>;
  /** The written graph, as `compact` prints it. */
  readonly graph: string | readonly string[];
  /** The same for the gradient of Σ fn² with respect to the float inputs, by tfjs's own gradients; absent for kernels that have none. */
  readonly gradient?: string | readonly string[];
  /** tfjs's own gradient is wrong or fails in this case; only the one that `register` puts in its place is tested. */
  readonly repaired?: true;
  /** Largest error relative to the largest entry. Default: see the test. */
  readonly tolerance?: number;
}

export const hasGradient = ({ gradient, repaired }: LoweringCase): boolean => gradient !== undefined || repaired === true;
