import { type Graph, producers } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { BROADCASTING, UNARY } from './elementwise.ts';

const isNumber = (value: Value | null): boolean => value?.shape?.length === 0;

/** f(reshaped a, reshaped b) as f(a, b) reshaped, where a and b have one shape; null where that does not hold. */
function sink(node: Node, reshapeOf: (value: Value | null) => Node | undefined): readonly [Node, Node] | null {
  const [output] = node.outputs;
  if ((!UNARY.has(node.op) && !BROADCASTING.has(node.op)) || node.op === 'PRelu' || output.shape === null) return null;
  const first = node.inputs.map(reshapeOf).find((reshape) => reshape !== undefined);
  const [source, target] = first?.inputs ?? [];
  if (!first || !source?.shape || !target || !first.outputs[0].shape || !sameShape(first.outputs[0].shape, output.shape)) return null;
  const inputs: (Value | null)[] = [];
  for (const value of node.inputs) {
    const reshape = reshapeOf(value);
    const inner = isNumber(value) ? value : reshape?.inputs[0];
    const fits = isNumber(value) || (inner?.shape && sameShape(inner.shape, source.shape) && sameShape(value?.shape ?? [], output.shape));
    if (!inner || !fits) return null;
    inputs.push(inner);
  }
  const small = makeValue(output.dtype, source.shape, output.hint);
  return [
    { ...node, inputs, outputs: [small] },
    { op: 'Reshape', inputs: [small, target], attributes: {}, outputs: [output] },
  ];
}

/**
 * Elementwise operators go before the Reshapes that all of their operands come from. tf.layers multiplies matrices as stacks of one, `[1, n, k]`, and
 * adds up gradients in that shape: behind the Reshape those sums are out of sight of the products.
 */
export function sinkReshapes(graph: Graph): Graph {
  const made = producers({ ...graph, nodes: [] });
  const nodes: Node[] = [];
  const reshapeOf = (value: Value | null): Node | undefined => {
    const node = value === null ? undefined : made.get(value);
    return node?.op === 'Reshape' ? node : undefined;
  };
  for (const original of graph.nodes) {
    for (const node of sink(original, reshapeOf) ?? [original]) {
      nodes.push(node);
      for (const value of node.outputs) made.set(value, node);
    }
  }
  return { ...graph, nodes };
}
