import type { Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { type Lowering, lowering } from './lowering.ts';

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

/** Where x, with an axis added at the end, equals 0, 1, …, depth − 1. */
function equalsEach(op: Builder, x: Value, depth: number): Value {
  const classes = Array.from({ length: depth }, (_, i) => i);
  return op.Equal(op.reshape(x, [...shapeOf(x), 1]), op.constant(classes, x.dtype));
}

export const OneHot = lowering(
  'OneHot',
  ['indices'],
  (op, { indices }, { depth, onValue, offValue }: { depth: number; onValue: number; offValue: number }, { outputs }) => {
    const [{ dtype }] = outputs;
    const hit = equalsEach(op, indices, depth);
    return onValue === 1 && offValue === 0 ? op.cast(hit, dtype) : op.Where(hit, op.scalar(onValue, dtype), op.scalar(offValue, dtype));
  },
);

interface BincountAttributes {
  readonly size: number;
  readonly binaryOutput?: boolean;
}

/** Sums weights by class along the last axis; an empty list of weights means that each counts 1. */
const bincount = (kernel: string): Lowering =>
  lowering(kernel, ['x', 'weights'], (op, { x, weights }, { size, binaryOutput }: BincountAttributes) => {
    const hits = equalsEach(op, x, size);
    const axes = op.sizes([-2]);
    if (binaryOutput) return op.ReduceMax(hits, axes, { keepdims: 0 });
    const unweighted = shapeOf(weights).some((length) => length === 0);
    const counts = op.cast(hits, 'float32');
    const summands = unweighted ? counts : op.Mul(counts, op.reshape(op.cast(weights, 'float32'), [...shapeOf(weights), 1]));
    return op.ReduceSum(summands, axes, { keepdims: 0 });
  });

export const bincounts: readonly Lowering[] = [bincount('Bincount'), bincount('DenseBincount')];

export const TopK = lowering('TopK', ['x'], (op, { x }, { k, sorted }: { k: number; sorted: boolean }) =>
  op.many('TopK', [x, op.sizes([k])], { axis: -1, largest: 1, sorted: sorted ? 1 : 0 }, 2),
);

/** x on the diagonal of a matrix over the elements of x. */
export const Diag = lowering('Diag', ['x'], (op, { x }, _attrs, { outputs }) => {
  const length = (shapeOf(x) as readonly number[]).reduce((a, b) => a * b, 1);
  const identity = Array.from({ length: length * length }, (_, i) => (i % (length + 1) === 0 ? 1 : 0));
  const matrix = op.Where(op.constant(identity, 'bool', [length, length]), op.reshape(x, [length]), op.scalar(0, x.dtype));
  return op.reshape(matrix, shapeOf(outputs[0]));
});
