import * as tf from '@tensorflow/tfjs';
import { type Card, cardEntries, PRODUCER, versions } from './card.ts';
import type { Graph } from './ir/graph.ts';
import { lower } from './lowerings/lower.ts';
import { targetFor } from './onnx/target.ts';
import { writeModel } from './onnx/writer.ts';
import { optimise } from './passes/index.ts';
import { type ExportTarget, type InputSpec, traceTarget } from './trace/targets.ts';
import { trace } from './trace/trace.ts';
import type { TracedFunction, TracedInput } from './trace/traceOnce.ts';

export interface ExportOptions {
  /** Shapes and dtypes by name, in the order of the function's arguments; a string in a shape is a size that stays open. Models know theirs. */
  readonly inputs?: Readonly<Record<string, InputSpec>>;
  /** Names of the outputs, where the function returns a tensor rather than a record. Default: 'output', or a model's own names. */
  readonly outputs?: readonly string[];
  /** ONNX operator set, 18 to 26. Default 21. */
  readonly opset?: number;
  /** Further entries of the card. */
  readonly metadata?: Card;
}

export interface Exported {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** The main graph as written; `print(graph)` shows it. */
  readonly graph: Graph;
  readonly card: Card;
}

/** Traces, lowers and optimises: what every export has in common. */
export const compileGraph = (name: string, fn: TracedFunction, inputs: readonly TracedInput[]): Graph =>
  optimise(lower(trace(name, fn, inputs)));

/**
 * Turns tfjs code into an ONNX file: a function of tensors (gradients inside it included), a layers model or a graph model. Tensors and
 * variables that it captures become constants. Noise has to be an input.
 *
 * @throws Error naming every kernel that has no ONNX form with its call sites; where a traced value is read, randomness drawn, or a dtype
 *   used that ONNX files of this package lack; where the work differs with the open sizes; for wrong inputs
 */
export async function exportOnnx(target: ExportTarget, options: ExportOptions = {}): Promise<Exported> {
  const onnxTarget = targetFor(options.opset);
  await tf.ready();
  const { name, fn, inputs } = traceTarget(target, options.inputs, options.outputs);
  const graph = compileGraph(name, fn, inputs);
  const card: Card = { name, versions: versions(onnxTarget.opset), ...options.metadata };
  const bytes = writeModel({ main: graph, target: onnxTarget, metadata: () => cardEntries(card), producer: PRODUCER });
  return { bytes, graph, card };
}
