import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { symbol } from '../ir/size.ts';
import type { TracedFunction, TracedInput } from './traceOnce.ts';

/** An entry of an input's shape: a number, or the name of a symbolic size. */
export type Dimension = number | string;

export interface InputSpec {
  readonly shape: readonly Dimension[];
  /** Default 'float32'. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
}

export type ExportFunction = (...inputs: never[]) => Tensor | Readonly<Record<string, Tensor>>;
export type ExportTarget = ExportFunction | tf.LayersModel | tf.GraphModel;

export interface TraceTarget {
  readonly name: string;
  readonly fn: TracedFunction;
  readonly inputs: readonly TracedInput[];
}

const isGraphModel = (target: ExportTarget): target is tf.GraphModel => target instanceof tf.GraphModel;

/** Where a loaded model leaves a size open, it becomes this symbol. */
const OPEN_SIZE = 'batch';

/**
 * Anything that can be exported, as a function of tensors and its inputs.
 *
 * @param inputs required for functions, whose arguments are called in the order of the keys; models know their own
 * @param outputs names for the outputs, where the target does not name them
 */
export function traceTarget(
  target: ExportTarget,
  inputs: Readonly<Record<string, InputSpec>> | undefined,
  outputs: readonly string[] | undefined,
): TraceTarget {
  const { name, fn, own } = describe(target);
  const specs = inputs ?? own;
  if (specs === undefined) {
    throw new Error("exporting a function needs its inputs, for example { inputs: { x: { shape: ['batch', 3], dtype: 'float32' } } }");
  }
  const traced = Object.entries(specs).map(([key, { shape, dtype = 'float32' }]) => {
    checkShape(key, shape);
    return { name: key, dtype, shape: shape.map((size) => (typeof size === 'string' ? symbol(size) : size)) };
  });
  if (traced.length === 0) throw new Error('an exported function needs at least one input; { inputs: {} } has none');
  return { name, inputs: traced, fn: (...tensors) => named(fn(...tensors), outputs) };
}

function checkShape(name: string, shape: readonly Dimension[]): void {
  if (!Array.isArray(shape)) throw new Error(`input ${name}: expected a shape such as ['batch', 3], got ${JSON.stringify(shape)}`);
  for (const size of shape) {
    const fine = typeof size === 'string' ? /^[A-Za-z_]\w*$/.test(size) : Number.isInteger(size) && size > 0;
    if (!fine)
      throw new Error(
        `input ${name}: a size is a positive integer or a name such as 'batch', got ${JSON.stringify(size)} in ${JSON.stringify(shape)}`,
      );
  }
}

type Returned = Tensor | Tensor[] | Readonly<Record<string, Tensor>>;

interface Described {
  readonly name: string;
  readonly fn: (...inputs: Tensor[]) => Returned;
  readonly own?: Readonly<Record<string, InputSpec>>;
}

function describe(target: ExportTarget): Described {
  if (target instanceof tf.LayersModel) {
    const own = Object.fromEntries(target.inputs.map((input) => [input.name.split(':')[0], openSpec(input.shape, input.dtype)]));
    return { name: target.name, own, fn: (...inputs) => layersOutputs(target, inputs) };
  }
  if (isGraphModel(target)) {
    const nodes = target.inputs.map((input) => ({
      key: input.name.split(':')[0],
      node: input.name,
      spec: openSpec(input.shape ?? [], input.dtype),
    }));
    const own = Object.fromEntries(nodes.map(({ key, spec }) => [key, spec]));
    return {
      name: 'graphModel',
      own,
      fn: (...inputs) => graphOutputs(target, Object.fromEntries(nodes.map(({ node }, i) => [node, inputs[i]]))),
    };
  }
  if (typeof target !== 'function') {
    throw new Error(
      `cannot export ${target === null ? 'null' : typeof target}: expected a function of tensors, a tf.LayersModel or a tf.GraphModel of this page's tfjs`,
    );
  }
  return { name: target.name || 'main', fn: target as unknown as Described['fn'] };
}

function openSpec(shape: readonly (number | null)[], dtype: string): InputSpec {
  return { shape: shape.map((size) => (size === null || size < 0 ? OPEN_SIZE : size)), dtype: dtype as 'float32' };
}

function layersOutputs(model: tf.LayersModel, inputs: Tensor[]): Record<string, Tensor> {
  const results = [model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: false }) as Tensor | Tensor[]].flat();
  return Object.fromEntries(results.map((tensor, i) => [model.outputNames[i] ?? `output_${i}`, tensor]));
}

function graphOutputs(model: tf.GraphModel, inputs: Record<string, Tensor>): Record<string, Tensor> {
  const results = [model.execute(inputs) as TensorContainer].flat() as Tensor[];
  return Object.fromEntries(results.map((tensor, i) => [model.outputs[i].name.replace(/:0$/, ''), tensor]));
}

/** The outputs under the names asked for. */
function named(result: Returned, names: readonly string[] | undefined): Tensor | Readonly<Record<string, Tensor>> {
  if (names === undefined) return result as Tensor | Readonly<Record<string, Tensor>>;
  const tensors = result instanceof tf.Tensor ? [result] : Object.values(result);
  if (tensors.length !== names.length)
    throw new Error(`outputs: ${names.length} names were given (${names.join(', ')}) for ${tensors.length} outputs`);
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
}
