import { addSizes, type Size, sameSize } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { type Lowering, lowering, variadic } from './lowering.ts';

/** ONNX's way to say "to the end": ends are cut to the size. */
export const TO_THE_END = Number.MAX_SAFE_INTEGER;

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

/** x[begin : begin + size] in the axes that this shortens. */
export function slice(op: Builder, x: Value, begin: readonly Size[], size: readonly Size[]): Value {
  const axes = shapeOf(x)
    .map((_, axis) => axis)
    .filter((axis) => begin[axis] !== 0 || !sameSize(size[axis], shapeOf(x)[axis]));
  if (axes.length === 0) return x;
  const ends = axes.map((axis) => {
    const end = addSizes(begin[axis], size[axis]);
    return sameSize(end, shapeOf(x)[axis]) ? TO_THE_END : end;
  });
  const result = op.Slice(x, op.sizes(axes.map((axis) => begin[axis])), op.sizes(ends), op.sizes(axes));
  result.shape = size;
  return result;
}

/** `x` backwards along the axes. */
function reversed(op: Builder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  const all = (value: number): Value => op.sizes(axes.map(() => value));
  return op.Slice(x, all(-1), all(-TO_THE_END), op.sizes(axes), all(-1));
}

/** A number in a given shape. Most of these vanish again, where an operator broadcasts by itself. */
export const filled = (op: Builder, value: number, like: Value): Value => op.Expand(op.scalar(value, like.dtype), op.sizes(shapeOf(like)));

/** Kernels that move, repeat or drop elements without computing. */
export const shapes: readonly Lowering[] = [
  lowering('Identity', ['x'], (_op, { x }) => x),
  lowering('Reshape', ['x'], (op, { x }, _attrs, { outputs }) => op.reshape(x, shapeOf(outputs[0])), ['shape']),
  lowering('ExpandDims', ['input'], (op, { input }, _attrs, { outputs }) => op.reshape(input, shapeOf(outputs[0]))),
  lowering('Transpose', ['x'], (op, { x }, { perm }: { perm: readonly number[] }) => op.Transpose(x, { perm })),
  lowering('BroadcastTo', ['x'], (op, { x }, _attrs, { outputs }) => op.Expand(x, op.sizes(shapeOf(outputs[0]))), ['shape', 'inputShape']),
  variadic('Concat', (op, values, { axis }: { axis: number }) => op.Concat(...values, { axis })),
  lowering('Cast', ['x'], (op, { x }, _attrs, { outputs }) => op.cast(x, outputs[0].dtype)),
  lowering('ZerosLike', ['x'], (op, _inputs, _attrs, { outputs }) => filled(op, 0, outputs[0])),
  lowering('OnesLike', ['x'], (op, _inputs, _attrs, { outputs }) => filled(op, 1, outputs[0])),
  lowering(
    'Tile',
    ['x'],
    (op, { x }, { reps }: { reps: readonly Size[] }, { outputs }) => {
      // tfjs broadcasts by tiling; an Expand is what passes know to leave out.
      const broadcasts = shapeOf(x).every((size, axis) => size === 1 || reps[axis] === 1);
      return broadcasts ? op.Expand(x, op.sizes(shapeOf(outputs[0]))) : op.Tile(x, op.sizes(reps));
    },
    ['reps'],
  ),
  lowering('Reverse', ['x'], (op, { x }, { dims }: { dims?: number | readonly number[] | null }) =>
    reversed(op, x, dims == null ? shapeOf(x).map((_, axis) => axis) : [dims].flat()),
  ),
  lowering('FlipLeftRight', ['image'], (op, { image }) => reversed(op, image, [2])),
  lowering(
    'Slice',
    ['x'],
    (op, { x }, { begin }: { begin: Size | readonly Size[] }, { outputs }) => {
      const given = Array.isArray(begin) ? (begin as readonly Size[]) : [begin as Size];
      return slice(
        op,
        x,
        shapeOf(x).map((_, axis) => given[axis] ?? 0),
        shapeOf(outputs[0]),
      );
    },
    ['begin', 'size'],
  ),
  lowering(
    'PadV2',
    ['x'],
    (op, { x }, { paddings, constantValue }: { paddings: readonly (readonly [Size, Size])[]; constantValue: number }) =>
      op.Pad(
        x,
        op.sizes([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]),
        op.scalar(constantValue, x.dtype),
      ),
    ['paddings'],
  ),
  variadic('Pack', (op, values, { axis }: { axis: number }, { outputs }) => {
    const shape = shapeOf(outputs[0]).with(axis, 1);
    return op.Concat(...values.map((value) => op.reshape(value, shape)), { axis });
  }),
  lowering('Unpack', ['value'], (op, { value }, { axis }: { axis: number }, { outputs }) => {
    const parts = outputs.length === 1 ? [value] : op.many('Split', [value], { axis, num_outputs: outputs.length }, outputs.length);
    return parts.map((part, i) => op.reshape(part, shapeOf(outputs[i])));
  }),
  lowering(
    'SplitV',
    ['x'],
    (op, { x }, { axis }: { axis: number }, { outputs }) =>
      op.many('Split', [x, op.sizes(outputs.map((part) => shapeOf(part).at(axis) as Size))], { axis }, outputs.length),
    ['numOrSizeSplits'],
  ),
];
