import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { DType, Value } from '../ir/value.ts';
import type { ParityInput } from './session.ts';

/**
 * The same graph in double precision: what it would give if float32 did not round. A reference for errors of precision; that the graph is
 * the right one is for the comparison with tfjs to say.
 */
export function widen(graph: Graph): Graph {
  const wide = new Map<Value, Value>();
  const dtype = (narrow: DType): DType => (narrow === 'float32' ? 'float64' : narrow);
  const widened = (value: Value): Value => {
    const known = wide.get(value);
    if (known !== undefined) return known;
    const constant = value.dtype === 'float32' && value.constant !== null ? Float64Array.from(value.constant) : value.constant;
    const result: Value = { ...value, dtype: dtype(value.dtype), constant };
    wide.set(value, result);
    return result;
  };
  const nodes = graph.nodes.map((node): Node => {
    const attributes = node.op === 'Cast' ? { ...node.attributes, to: dtype(node.attributes.to as DType) } : node.attributes;
    return { ...node, attributes, inputs: node.inputs.map((value) => value && widened(value)), outputs: node.outputs.map(widened) };
  });
  const named = (values: Graph['inputs']): Graph['inputs'] => values.map(({ name, value }) => ({ name, value: widened(value) }));
  return { name: graph.name, inputs: named(graph.inputs), outputs: named(graph.outputs), nodes };
}

export const widenInput = (input: ParityInput): ParityInput =>
  input.dtype === 'float32' ? { ...input, dtype: 'float64', data: Float64Array.from(input.data) } : input;
