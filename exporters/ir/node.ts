import type { CallSite } from './callSite.ts';
import type { Graph } from './graph.ts';
import type { Size } from './size.ts';
import type { Value } from './value.ts';

export type Attribute = number | string | boolean | null | undefined | Size | readonly Attribute[];

/** One operation: a tfjs kernel in a traced graph, an ONNX operator in a lowered one. */
export interface Node {
  readonly op: string;
  /** null: an optional ONNX input that is left out. */
  readonly inputs: readonly (Value | null)[];
  /** The names by which a tfjs kernel takes its inputs; absent for ONNX operators, whose inputs go by position. */
  readonly inputNames?: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
  /** What a loop runs again and again. It may read values of the graph around it. */
  readonly body?: Graph;
  /** The line of the traced program that asked for this. */
  readonly site?: CallSite;
}
