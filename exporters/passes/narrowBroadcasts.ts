import type { Graph } from '../ir/graph.ts';
import { type Size, sameShape, sameSize } from '../ir/size.ts';
import { rewrite } from './rewrite.ts';

/** Operators that broadcast their inputs themselves. */
const BROADCASTING = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Max',
  'Min',
  'Where',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Sum',
]);

/** The shape that ONNX broadcasting gives, or null where it cannot be known to be legal. */
export function broadcastShape(shapes: readonly (readonly Size[] | null)[]): readonly Size[] | null {
  const known = shapes.filter((shape) => shape !== null);
  if (known.length < shapes.length) return null;
  const rank = Math.max(...known.map((shape) => shape.length));
  const result: Size[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const sizes = known.map((shape) => shape.at(-axis) ?? 1).filter((size) => size !== 1);
    if (!sizes.every((size) => sameSize(size, sizes[0]))) return null;
    result.unshift(sizes[0] ?? 1);
  }
  return result;
}

/**
 * The gradient of a sum is dy spread out to the shape of x and then multiplied by something of that shape: where an operator would
 * broadcast by itself, the spreading goes.
 */
export const narrowBroadcasts = (graph: Graph): Graph =>
  rewrite(graph, (node, { producer }) => {
    if (!BROADCASTING.has(node.op)) return null;
    const [{ shape }] = node.outputs;
    let { inputs } = node;
    inputs.forEach((value, i) => {
      const spread = producer(value);
      if (spread?.op !== 'Expand') return;
      const narrowed = inputs.with(i, spread.inputs[0]);
      const result = broadcastShape(narrowed.map((input) => input?.shape ?? null));
      if (shape !== null && result !== null && sameShape(result, shape)) inputs = narrowed;
    });
    return inputs === node.inputs ? null : { ...node, inputs };
  });
