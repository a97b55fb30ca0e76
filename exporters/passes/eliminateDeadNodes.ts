import { type Graph, readsOf } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Value } from '../ir/value.ts';

/** Drops every node that no output depends on. */
export function eliminateDeadNodes(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    for (const value of readsOf(node)) needed.add(value);
    kept.push(node);
  }
  return { ...graph, nodes: kept.reverse() };
}
