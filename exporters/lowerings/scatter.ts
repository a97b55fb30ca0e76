import { addSizes, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { lowering } from './lowering.ts';
import { slice } from './shapes.ts';

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

const spread = (op: Builder, value: Value, shape: readonly Size[]): Value => op.Expand(value, op.sizes(shape));

export const GatherNd = lowering('GatherNd', ['params', 'indices'], (op, { params, indices }) =>
  op.GatherND(params, op.cast(indices, 'int64')),
);

/** Equal indices add up. */
export const ScatterNd = lowering(
  'ScatterNd',
  ['indices', 'updates'],
  (op, { indices, updates }, { shape }: { shape: readonly Size[] }) =>
    op.ScatterND(spread(op, op.scalar(0, updates.dtype), shape), op.cast(indices, 'int64'), updates, { reduction: 'add' }),
  ['shape'],
);

export const TensorScatterUpdate = lowering('TensorScatterUpdate', ['tensor', 'indices', 'updates'], (op, { tensor, indices, updates }) =>
  op.ScatterND(tensor, op.cast(indices, 'int64'), updates),
);

/** The indices of one element may come as a number, those of a vector as numbers, and one value may serve all. */
export const SparseToDense = lowering(
  'SparseToDense',
  ['sparseIndices', 'sparseValues', 'defaultValue'],
  (op, { sparseIndices, sparseValues, defaultValue }, { outputShape }: { outputShape: readonly Size[] }) => {
    const rank = shapeOf(sparseIndices).length;
    const count = rank === 0 ? 1 : shapeOf(sparseIndices)[0];
    const rows = rank === 2 ? sparseIndices : op.reshape(sparseIndices, [count, 1]);
    const values = shapeOf(sparseValues).length === 0 ? spread(op, sparseValues, [count]) : sparseValues;
    return op.ScatterND(spread(op, defaultValue, outputShape), op.cast(rows, 'int64'), values);
  },
  ['outputShape'],
);

/**
 * Sums the rows of x that have the same id. tfjs drops ids outside 0 … numSegments − 1, which ONNX would wrap around or refuse: they go
 * to one row more, which is cut off; ids that are known need no such care.
 */
export const UnsortedSegmentSum = lowering(
  'UnsortedSegmentSum',
  ['x', 'segmentIds'],
  (op, { x, segmentIds }, { numSegments }: { numSegments: Size }, { outputs }) => {
    const shape = shapeOf(outputs[0]);
    const ids = op.Unsqueeze(op.cast(segmentIds, 'int64'), op.sizes([-1]));
    const sum = (rows: Value, size: readonly Size[]): Value =>
      op.ScatterND(spread(op, op.scalar(0, x.dtype), size), rows, x, { reduction: 'add' });
    const known = segmentIds.constant;
    if (typeof numSegments === 'number' && known?.every((id) => id >= 0 && id < numSegments)) return sum(ids, shape);
    const count = op.sizes([numSegments]);
    const outside = op.Or(op.Less(ids, op.constant([0], 'int64')), op.GreaterOrEqual(ids, count));
    const wider = shape.with(0, addSizes(numSegments, 1));
    const all = sum(op.Where(outside, count, ids), wider);
    all.shape = wider;
    return slice(
      op,
      all,
      shape.map(() => 0),
      shape,
    );
  },
  ['numSegments'],
);
