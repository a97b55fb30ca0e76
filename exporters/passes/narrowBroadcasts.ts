import type { Graph } from '../ir/graph.ts';
import { type Size, sameShape, sameSize } from '../ir/size.ts';
import { uniformValue } from '../ir/value.ts';
import { BROADCASTING } from './elementwise.ts';
import { type Rule, rewrite } from './rewrite.ts';

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

/** Where an operator would broadcast by itself, the spreading goes. */
const narrow: Rule = (node, { producer }) => {
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
};

/** The number that changes nothing, as an operand on either side. */
const NEUTRAL: Readonly<Record<string, number>> = { Mul: 1, Add: 0, And: 1, Or: 0 };

/** What a spread neutral number does is to spread the other operand. */
const neutral: Rule = (node, { producer }) => {
  const number = NEUTRAL[node.op];
  const [{ shape }] = node.outputs;
  for (const side of number === undefined ? [] : [0, 1]) {
    const spread = producer(node.inputs[side]);
    const [source, target] = spread?.op === 'Expand' ? spread.inputs : [];
    const full = spread?.outputs[0].shape;
    if (source && target && uniformValue(source) === number && shape && full && sameShape(full, shape)) {
      return { ...node, op: 'Expand', inputs: [node.inputs[1 - side], target] };
    }
  }
  return null;
};

/** The gradient of a sum is dy times ones in the shape of x, and then multiplied by something of that shape: all of the spreading goes. */
export const narrowBroadcasts = (graph: Graph): Graph => rewrite(graph, narrow, neutral);
