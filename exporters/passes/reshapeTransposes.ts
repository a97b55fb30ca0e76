import type { Graph } from '../ir/graph.ts';
import { isSymbolic } from '../ir/size.ts';
import { int64 } from '../ir/value.ts';
import { rewrite } from './rewrite.ts';

/** A Transpose that only moves axes of size 1, such as those of images with one channel, is a Reshape, which copies nothing. */
export const reshapeTransposes = (graph: Graph): Graph =>
  rewrite(graph, (node) => {
    const shape = node.op === 'Transpose' ? node.inputs[0]?.shape : null;
    if (!shape) return null;
    const perm = node.attributes.perm as readonly number[];
    const moving = perm.filter((axis) => shape[axis] !== 1);
    const open = shape.filter(isSymbolic).length;
    if (open > 1 || moving.some((axis, i) => i > 0 && axis < moving[i - 1])) return null;
    const target = perm.map((axis) => shape[axis]).map((size) => (isSymbolic(size) ? -1 : size));
    return {
      ...node,
      op: 'Reshape',
      inputs: [node.inputs[0], int64(target)],
      attributes: {},
    };
  });
