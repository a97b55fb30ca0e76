import type { Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { inChannelsFirst } from './layout.ts';
import { lowering } from './lowering.ts';

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

/** x·s + (offset − mean·s) with s = scale / √(variance + ε): where the statistics are constants, two operators that a Conv can absorb. */
export const FusedBatchNorm = lowering(
  'FusedBatchNorm',
  ['x', 'mean', 'variance', 'scale?', 'offset?'],
  (op, { x, mean, variance, scale, offset }, { varianceEpsilon }: { varianceEpsilon: number }) => {
    const inverse = op.Reciprocal(withShape(op.Sqrt(withShape(op.Add(variance, varianceEpsilon), variance)), variance));
    inverse.shape = variance.shape;
    const factor = scale ? withShape(op.Mul(scale, inverse), variance) : inverse;
    const centre = withShape(op.Mul(mean, factor), variance);
    const shift = offset ? op.Sub(offset, centre) : op.Neg(centre);
    return op.Add(withShape(op.Mul(x, factor), x), withShape(shift, variance));
  },
);

function withShape(value: Value, like: Value): Value {
  value.shape ??= like.shape;
  return value;
}

interface ResponseAttributes {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** ONNX divides alpha by the width of its window, tfjs does not. */
export const LRN = lowering('LRN', ['x'], (op, { x }, { depthRadius, bias, alpha, beta }: ResponseAttributes) => {
  const size = 2 * depthRadius + 1;
  return inChannelsFirst(op, x, true, shapeOf(x), (data) => op.LRN(data, { size, alpha: alpha * size, beta, bias }));
});

/** Sums over neighbouring channels, as a product with a band of ones. */
function neighbourSum(op: Builder, x: Value, radius: number): Value {
  const channels = shapeOf(x).at(-1) as number;
  const band = Array.from({ length: channels ** 2 }, (_, i) => (Math.abs((i % channels) - Math.floor(i / channels)) <= radius ? 1 : 0));
  return op.MatMul(x, op.constant(band, 'float32', [channels, channels]));
}

/** With N = bias + alpha·Σ x² over neighbours and y = x·N^−beta: dx = dy·N^−beta − 2·alpha·beta·x·Σ dy·y/N over neighbours. */
export const LRNGrad = lowering('LRNGrad', ['x', 'y', 'dy'], (op, { x, y, dy }, { depthRadius, bias, alpha, beta }: ResponseAttributes) => {
  const sameShape = (value: Value): Value => withShape(value, x);
  const norm = op.Add(op.Mul(neighbourSum(op, sameShape(op.Mul(x, x)), depthRadius), alpha), bias);
  const spread = neighbourSum(op, sameShape(op.Div(op.Mul(dy, y), norm)), depthRadius);
  return op.Sub(op.Mul(dy, op.Pow(norm, -beta)), op.Mul(op.Mul(x, spread), 2 * alpha * beta));
});
