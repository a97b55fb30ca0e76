import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Size } from '../ir/size.ts';
import { BROADCASTING, UNARY } from './elementwise.ts';
import { broadcastShape } from './narrowBroadcasts.ts';

function shapeOf({ op, inputs }: Node): readonly Size[] | null {
  if (UNARY.has(op)) return inputs[0]?.shape ?? null;
  return BROADCASTING.has(op) ? broadcastShape(inputs.map((value) => value?.shape ?? null)) : null;
}

/** Gives the values inside lowerings of several operators their shapes, where those follow from elementwise operators. Other passes look at them. */
export function inferShapes(graph: Graph): Graph {
  for (const node of graph.nodes) node.outputs[0].shape ??= shapeOf(node);
  return graph;
}
