import { type Graph, producers, useCounts } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { BROADCASTING, UNARY } from './elementwise.ts';

const isNumber = (value: Value | null): boolean => value?.shape?.length === 0;

/** An Expand that is read once, behind an operator that otherwise takes only numbers: the operator can go first. */
function sink(node: Node, made: ReadonlyMap<Value, Node>, uses: ReadonlyMap<Value, number>): [Node, Node] | null {
  if (!UNARY.has(node.op) && !BROADCASTING.has(node.op)) return null;
  const side = node.inputs.findIndex((value) => value !== null && made.get(value)?.op === 'Expand');
  const spread = node.inputs[side];
  if (!spread || uses.get(spread) !== 1 || !node.inputs.every((value, i) => i === side || isNumber(value))) return null;
  const { inputs } = made.get(spread) as Node;
  const [source, target] = inputs as [Value, Value];
  const [output] = node.outputs;
  const small = makeValue(output.dtype, source.shape, output.hint);
  return [
    { ...node, inputs: node.inputs.with(side, source), outputs: [small] },
    { op: 'Expand', inputs: [small, target], attributes: {}, outputs: [output] },
  ];
}

/** The gradient of a mean spreads dy and then divides all of it: divided first, there is less to do, and the spreading may vanish in what follows. */
export function sinkExpands(graph: Graph): Graph {
  const made = producers({ ...graph, nodes: [] });
  const uses = useCounts(graph);
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    for (const node of sink(original, made, uses) ?? [original]) {
      nodes.push(node);
      for (const value of node.outputs) made.set(value, node);
    }
  }
  return { ...graph, nodes };
}
