import type { Node } from './node.ts';
import type { Value } from './value.ts';

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** Nodes in an order in which every input is known before it is used. Constants are values without a node. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  readonly nodes: readonly Node[];
}

/** All that a node reads: its inputs, and what its body takes from the graph around it. */
export function readsOf({ inputs, body }: Node): Value[] {
  const reads = inputs.filter((value) => value !== null);
  if (body === undefined) return reads;
  const own = new Set([...body.inputs.map(({ value }) => value), ...body.nodes.flatMap(({ outputs }) => outputs)]);
  const inside = [...body.nodes.flatMap(readsOf), ...body.outputs.map(({ value }) => value)];
  return [...reads, ...inside.filter((value) => !own.has(value))];
}

/** The same graph with values replaced as `substitution` says (transitively), in node inputs, bodies and graph outputs. */
export function substitute(graph: Graph, nodes: readonly Node[], substitution: ReadonlyMap<Value, Value>): Graph {
  const resolve = (value: Value): Value => {
    let current = value;
    for (let next = substitution.get(current); next !== undefined; next = substitution.get(current)) current = next;
    return current;
  };
  return {
    ...graph,
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((value) => value && resolve(value)),
      ...(node.body !== undefined && { body: substitute(node.body, node.body.nodes, substitution) }),
    })),
    outputs: graph.outputs.map(({ name, value }) => ({ name, value: resolve(value) })),
  };
}

/** Which node makes each value. */
export function producers(graph: Graph): Map<Value, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
}

/** How often each value is read, by nodes and by the graph's outputs. */
export function useCounts(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value): void => {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  for (const node of graph.nodes) readsOf(node).forEach(count);
  for (const output of graph.outputs) count(output.value);
  return counts;
}
