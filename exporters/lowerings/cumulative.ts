import { isSymbolic } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { lowering } from './lowering.ts';

interface CumulativeAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

export const Cumsum = lowering('Cumsum', ['x'], (op, { x }, { axis, exclusive, reverse }: CumulativeAttributes) =>
  op.CumSum(x, op.scalar(axis, 'int64'), { exclusive: exclusive ? 1 : null, reverse: reverse ? 1 : null }),
);

/** `x` moved along an axis by `places`, with ones coming in: a Pad that crops at the other end. */
function shifted(op: Builder, x: Value, axis: number, rank: number, places: number, reverse: boolean): Value {
  const [begins, ends] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  begins[axis] = reverse ? -places : places;
  ends[axis] = -begins[axis];
  return op.Pad(x, op.sizes([...begins, ...ends]), op.scalar(1, x.dtype));
}

/** ONNX has no running product before opset 26: log₂ n products of x with itself moved by 1, 2, 4, … (Hillis and Steele 1986). */
export const Cumprod = lowering('Cumprod', ['x'], (op, { x }, { axis, exclusive, reverse }: CumulativeAttributes, { outputs }) => {
  const shape = outputs[0].shape ?? [];
  const length = shape.at(axis) ?? 1;
  if (isSymbolic(length)) throw new Error('Cumprod along a symbolic size has no ONNX form; export with that size fixed');
  const position = axis < 0 ? axis + shape.length : axis;
  const move = (value: Value, places: number): Value => shifted(op, value, position, shape.length, places, reverse);
  const numbers = op.cast(x, outputs[0].dtype);
  let product = exclusive ? move(numbers, 1) : numbers;
  for (let places = 1; places < length; places *= 2) product = op.Mul(product, move(product, places));
  return product;
});
