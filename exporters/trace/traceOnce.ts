import * as tf from '@tensorflow/tfjs';
import type { Graph } from '../ir/graph.ts';
import { type Assignment, evaluateSize, type Size } from '../ir/size.ts';
import { record } from './backend.ts';
import type { RecordedConstant } from './recorder.ts';
import { TraceError } from './traceError.ts';

export interface TracedInput {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

export type TracedFunction = (...inputs: tf.Tensor[]) => tf.Tensor | Readonly<Record<string, tf.Tensor>>;

export interface ConcreteTrace {
  readonly graph: Graph;
  /** Every constant in the order in which it appeared. */
  readonly constants: readonly RecordedConstant[];
}

/**
 * One run of `fn` at the sizes that `assignment` gives the symbols.
 *
 * @param sites whether to note the lines of the program
 */
export function traceOnce(
  name: string,
  fn: TracedFunction,
  inputs: readonly TracedInput[],
  assignment: Assignment,
  sites: boolean,
): ConcreteTrace {
  return record(sites, (recorder) => {
    const traced = inputs.map((input) => {
      const shape = input.shape.map((size) => evaluateSize(size, assignment));
      return { name: input.name, ...recorder.input(input.name, shape, input.dtype) };
    });
    const result = call(fn, name, traced, assignment);
    const graph: Graph = {
      name,
      inputs: traced.map((input) => ({ name: input.name, value: input.value })),
      outputs: Object.entries(namedOutputs(result)).map(([key, tensor]) => ({ name: key, value: recorder.valueOf(tensor) })),
      nodes: recorder.nodes,
    };
    return { graph, constants: recorder.constants };
  });
}

/** tfjs's own complaints, about shapes above all, with the inputs that led to them. */
function call(fn: TracedFunction, name: string, inputs: readonly { name: string; info: tf.TensorInfo }[], assignment: Assignment): unknown {
  try {
    return fn(...inputs.map(({ info }) => tf.engine().makeTensorFromTensorInfo(info)));
  } catch (cause) {
    if (cause instanceof TraceError || !(cause instanceof Error)) throw cause;
    const shapes = inputs.map((input) => `${input.name}: ${input.info.dtype} [${input.info.shape}]`).join(', ');
    const sizes = Object.entries(assignment).map(([symbol, size]) => `${symbol} = ${size}`);
    const where = sizes.length === 0 ? shapes : `${shapes}, at ${sizes.join(', ')}`;
    throw new Error(`tracing ${name} with ${where}: ${cause.message}`, { cause });
  }
}

function namedOutputs(result: unknown): Record<string, tf.Tensor> {
  const named = result instanceof tf.Tensor ? { output: result } : (result as Record<string, tf.Tensor>);
  const entries = typeof named === 'object' && named !== null && !(named instanceof Promise) ? Object.entries(named) : [];
  if (entries.length === 0 || !entries.every(([, tensor]) => tensor instanceof tf.Tensor)) {
    // Nobody will wait for it; what it throws meanwhile must not end the process.
    if (result instanceof Promise) result.catch(() => {});
    const given = result instanceof Promise ? 'a Promise' : Array.isArray(result) ? 'an array' : typeof result;
    throw new Error(`the traced function must return a tensor or a record of named tensors, synchronously; it returned ${given}`);
  }
  return named;
}
