import type { OperatorName } from '../onnx/operators.ts';
import { type Lowering, lowering } from './lowering.ts';

type Axes = number | readonly number[] | null;

interface ReductionAttributes {
  readonly axis?: Axes;
  /** What `axis` is called in tfjs's Max. */
  readonly reductionIndices?: Axes;
  readonly keepDims?: boolean;
}

const REDUCTIONS: Readonly<Record<string, OperatorName>> = {
  // Over 0 and 1, the least is "all" and the greatest is "any".
  All: 'ReduceMin',
  Any: 'ReduceMax',
  Max: 'ReduceMax',
  Mean: 'ReduceMean',
  Min: 'ReduceMin',
  Prod: 'ReduceProd',
  Sum: 'ReduceSum',
};

/** tfjs `Sum(x; axis, keepDims)` is ONNX `ReduceSum(x, axes; keepdims)`; no axis, or an empty list, means all of them. */
export const reductions: readonly Lowering[] = Object.entries(REDUCTIONS).map(([kernel, operator]) =>
  lowering(kernel, ['x'], (op, { x }, { axis, reductionIndices, keepDims }: ReductionAttributes) => {
    const keepdims = keepDims ? 1 : 0;
    const axes = [axis ?? reductionIndices ?? []].flat();
    // A mean of integers is not an integer in tfjs; in ONNX it is.
    const data = kernel === 'Mean' ? op.cast(x, 'float32') : x;
    return axes.length === 0 ? op[operator](data, { keepdims }) : op[operator](data, op.sizes(axes), { keepdims });
  }),
);

/** ArgMax and ArgMin take the first of equals in both. */
export const positions: readonly Lowering[] = (['ArgMax', 'ArgMin'] as const).map((kernel) =>
  lowering(kernel, ['x'], (op, { x }, { axis }: { axis: number | readonly number[] }) =>
    op[kernel](x, { axis: [axis].flat()[0] ?? 0, keepdims: 0 }),
  ),
);
