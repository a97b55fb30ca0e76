import type { OperatorName } from '../onnx/operators.ts';
import { type Lowering, lowering } from './lowering.ts';

interface ReductionAttributes {
  readonly axis?: number | readonly number[] | null;
  readonly keepDims?: boolean;
}

const REDUCTIONS: Readonly<Record<string, OperatorName>> = {
  Max: 'ReduceMax',
  Mean: 'ReduceMean',
  Min: 'ReduceMin',
  Prod: 'ReduceProd',
  Sum: 'ReduceSum',
};

/** tfjs `Sum(x; axis, keepDims)` is ONNX `ReduceSum(x, axes; keepdims)`; no axis, or an empty list, means all of them. */
export const reductions: readonly Lowering[] = Object.entries(REDUCTIONS).map(([kernel, operator]) =>
  lowering(kernel, ['x'], (op, { x }, { axis, keepDims }: ReductionAttributes) => {
    const keepdims = keepDims ? 1 : 0;
    const axes = [axis ?? []].flat();
    return axes.length === 0 ? op[operator](x, { keepdims }) : op[operator](x, op.sizes(axes), { keepdims });
  }),
);
