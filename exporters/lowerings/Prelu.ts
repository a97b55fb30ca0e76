import { sameSize } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { lowering } from './lowering.ts';

/** ONNX spreads the slope to the shape of x, tfjs also x to that of the slope. */
function spreads(slope: Value, x: Value): boolean {
  if (slope.shape === null || x.shape === null || slope.shape.length > x.shape.length) return false;
  const trailing = x.shape.slice(x.shape.length - slope.shape.length);
  return slope.shape.every((size, i) => size === 1 || sameSize(size, trailing[i]));
}

export const Prelu = lowering('Prelu', ['x', 'alpha'], (op, inputs) => {
  const [x, alpha] = [op.cast(inputs.x, 'float32'), op.cast(inputs.alpha, 'float32')];
  return spreads(alpha, x) ? op.PRelu(x, alpha) : op.Where(op.Less(x, 0), op.Mul(alpha, x), x);
});
