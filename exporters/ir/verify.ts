import type { Graph } from './graph.ts';
import type { Value } from './value.ts';

/**
 * Checks that every value is an input, a constant or made before it is used, that none is made twice and that output names differ.
 *
 * @throws Error naming the first node that breaks the rule
 */
export const verify = (graph: Graph): void => verifyWithin(graph, []);

function verifyWithin(graph: Graph, outer: Iterable<Value>): void {
  const known = new Set<Value>([...outer, ...graph.inputs.map(({ value }) => value)]);
  graph.nodes.forEach((node, i) => {
    for (const value of node.inputs) {
      if (value !== null && value.constant === null && !known.has(value)) {
        throw new Error(`graph ${graph.name}, node ${i} (${node.op}) reads a value (${value.hint}) that no earlier node makes`);
      }
    }
    if (node.body !== undefined) verifyWithin(node.body, known);
    for (const value of node.outputs) {
      if (known.has(value)) throw new Error(`graph ${graph.name}, node ${i} (${node.op}) makes a value (${value.hint}) a second time`);
      known.add(value);
    }
  });
  const names = new Set<string>();
  for (const { name, value } of graph.outputs) {
    if (value.constant === null && !known.has(value)) throw new Error(`graph ${graph.name}: nothing makes the output ${name}`);
    if (names.has(name)) throw new Error(`graph ${graph.name}: two outputs are called ${name}`);
    names.add(name);
  }
}
