import type { NamedTensorMap } from '@tensorflow/tfjs';
import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { type DType, makeValue } from '../ir/value.ts';

/** The input that says which rows of the data make a batch. */
export const ROWS = 'rows';

/** The graph of a step with its batch gathered inside: inputs named as the data are taken whole, `[n, …]`, and `rows` `[batch]` picks from them. */
export function gatherRows(graph: Graph, data: NamedTensorMap, batch: number): Graph {
  const rows = makeValue('int32', [batch], ROWS);
  const gathers: Node[] = [];
  const inputs = graph.inputs.map((input) => {
    const whole = data[input.name];
    if (whole === undefined) return input;
    const value = makeValue(whole.dtype as DType, whole.shape, input.name);
    gathers.push({ op: 'Gather', inputs: [value, rows], attributes: { axis: 0 }, outputs: [input.value] });
    return { name: input.name, value };
  });
  return { ...graph, inputs: [...inputs, { name: ROWS, value: rows }], nodes: [...gathers, ...graph.nodes] };
}
