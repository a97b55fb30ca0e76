import type { Graph, NamedValue } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';

/** Names for the values of one graph: unique, readable, and the same on every run. */
export interface Names {
  of(value: Value): string;
  /** A name that is not taken yet, close to the one wished for. */
  fresh(wish: string): string;
}

export function makeNames(inputs: readonly NamedValue[], outputs: readonly NamedValue[]): Names {
  const taken = new Set<string>();
  const names = new Map<Value, string>();
  for (const { name, value } of [...inputs, ...outputs]) {
    taken.add(name);
    names.set(value, name);
  }
  const fresh = (wish: string): string => {
    let name = wish;
    for (let i = 1; taken.has(name); i++) name = `${wish}_${i}`;
    taken.add(name);
    return name;
  };
  const of = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = fresh(value.hint);
    names.set(value, name);
    return name;
  };
  return { of, fresh };
}

/** ONNX wants outputs to be values of their own: one that no node of the graph makes, or that is another output too, gets an Identity node. */
export function separateOutputs(graph: Graph): Graph {
  const own = new Set<Value>(graph.nodes.flatMap(({ outputs }) => outputs));
  const nodes = [...graph.nodes];
  const outputs = graph.outputs.map(({ name, value }) => {
    if (own.delete(value)) return { name, value };
    const copy: Value = { ...value, constant: null };
    nodes.push({ op: 'Identity', inputs: [value], attributes: {}, outputs: [copy] });
    return { name, value: copy };
  });
  return { ...graph, nodes, outputs };
}
