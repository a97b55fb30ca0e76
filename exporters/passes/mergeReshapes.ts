import type { Graph } from '../ir/graph.ts';
import { rewrite } from './rewrite.ts';

/** Only the last of several reshapes counts. */
export const mergeReshapes = (graph: Graph): Graph =>
  rewrite(graph, (node, { producer }) => {
    if (node.op !== 'Reshape') return null;
    const first = producer(node.inputs[0]);
    return first?.op === 'Reshape' ? { ...node, inputs: [first.inputs[0], node.inputs[1]] } : null;
  });
