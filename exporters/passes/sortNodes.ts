import { type Graph, readsOf } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Value } from '../ir/value.ts';

/** The nodes that some output depends on, each behind those that it reads, otherwise in the order given. */
export function sortNodes(graph: Graph): Graph {
  const made = new Map<Value, Node>(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const needed = new Set<Node>();
  const waiting: Value[] = graph.outputs.map(({ value }) => value);
  while (waiting.length > 0) {
    const node = made.get(waiting.pop() as Value);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    waiting.push(...readsOf(node));
  }
  const sorted: Node[] = [];
  const placed = new Set<Node>();
  for (const root of graph.nodes) {
    const stack = needed.has(root) ? [root] : [];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = readsOf(node)
        .map((value) => made.get(value))
        .filter((other) => other !== undefined && !placed.has(other)) as Node[];
      if (missing.length > 0) {
        if (stack.includes(missing[0])) throw new Error(`graph ${graph.name}: node ${missing[0].op} needs its own result`);
        stack.push(missing[0]);
        continue;
      }
      stack.pop();
      if (placed.has(node)) continue;
      placed.add(node);
      sorted.push(node);
    }
  }
  return { ...graph, nodes: sorted };
}
