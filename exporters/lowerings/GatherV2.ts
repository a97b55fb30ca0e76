import type { Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { permute } from './layout.ts';
import { lowering } from './lowering.ts';

const rankOf = (value: Value): number => (value.shape as readonly Size[]).length;

/** `[from, …, to[` */
const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Entries of x along an axis; with batch dimensions each leading index picks from its own part of x, which is GatherND's case. */
export const GatherV2 = lowering(
  'GatherV2',
  ['x', 'indices'],
  (op, { x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) => {
    const rank = rankOf(x);
    const position = axis < 0 ? axis + rank : axis;
    const batches = batchDims < 0 ? batchDims + rankOf(indices) : batchDims;
    if (batches === 0) return op.Gather(x, indices, { axis: position });
    const between = position - batches;
    const axisFirst = permute(op, x, [...span(0, batches), position, ...span(batches, position), ...span(position + 1, rank)]);
    const picked = op.GatherND(axisFirst, op.Unsqueeze(op.cast(indices, 'int64'), op.sizes([-1])), { batch_dims: batches });
    // [batches, picked, between, rest] back to [batches, between, picked, rest].
    const from = rankOf(indices);
    const total = rank - 1 + from - batches;
    return op.Transpose(picked, {
      perm: [...span(0, batches), ...span(from, from + between), ...span(batches, from), ...span(from + between, total)],
    });
  },
);
