import { type Graph, producers, substitute, useCounts } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { isValue, type Value } from '../ir/value.ts';

export interface RewriteContext {
  /** The node that makes a value, as rewritten so far; undefined for inputs and constants. */
  producer(value: Value | null): Node | undefined;
  /** How often a value was read before this pass. */
  uses(value: Value): number;
}

/** What a node becomes: a node with the same outputs, a value in place of its only output, or (null) itself. */
export type Rule = (node: Node, context: RewriteContext) => Node | Value | null;

/** One walk over the graph in order, offering each node to each rule with its inputs already replaced. */
export function rewrite(graph: Graph, ...rules: readonly Rule[]): Graph {
  const substitution = new Map<Value, Value>();
  const made = producers({ ...graph, nodes: [] });
  const counts = useCounts(graph);
  const context: RewriteContext = {
    producer: (value) => (value === null ? undefined : made.get(value)),
    uses: (value) => counts.get(value) ?? 0,
  };
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    let current: Node | Value = { ...original, inputs: original.inputs.map((value) => value && (substitution.get(value) ?? value)) };
    for (const rule of rules) {
      if (isValue(current)) break;
      current = rule(current, context) ?? current;
    }
    if (isValue(current)) {
      substitution.set(original.outputs[0], current);
    } else {
      nodes.push(current);
      for (const value of current.outputs) made.set(value, current);
    }
  }
  return substitute(graph, nodes, substitution);
}
