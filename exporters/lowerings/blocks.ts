import { addSizes, multiplySizes, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { channelsFirstShape, inChannelsFirst, isChannelsLast, permute } from './layout.ts';
import { lowering } from './lowering.ts';
import { slice } from './shapes.ts';

type Pairs = readonly (readonly [number, number])[];

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

const over = (size: Size, divisor: number): Size => multiplySizes(size, 1 / divisor);

function padded(op: Builder, x: Value, paddings: Pairs): Value {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const all = shapeOf(x).map((_, axis) => (axis === 0 ? undefined : paddings[axis - 1]) ?? [0, 0]);
  const result = op.Pad(x, op.sizes([...all.map(([before]) => before), ...all.map(([, after]) => after)]), op.scalar(0, x.dtype));
  result.shape = shapeOf(x).map((size, axis) => addSizes(size, all[axis][0] + all[axis][1]));
  return result;
}

interface BlockAttributes {
  readonly blockShape: readonly number[];
}

/** Blocks of the padded spatial axes become batch entries: axes [n, …(s, block), rest] turn to [block…, n, …s, rest]. */
export const SpaceToBatchND = lowering(
  'SpaceToBatchND',
  ['x'],
  (op, { x }, { blockShape, paddings }: BlockAttributes & { paddings: Pairs }, { outputs }) => {
    const data = padded(op, x, paddings);
    const [batch, ...sizes] = shapeOf(data);
    const rest = sizes.slice(blockShape.length);
    const apart = op.reshape(data, [batch, ...blockShape.flatMap((block, i) => [over(sizes[i], block), block]), ...rest]);
    const blocks = blockShape.map((_, i) => 2 * i + 2);
    const spatial = blockShape.map((_, i) => 2 * i + 1);
    const behind = rest.map((_, i) => 2 * blockShape.length + 1 + i);
    return op.reshape(permute(op, apart, [...blocks, 0, ...spatial, ...behind]), shapeOf(outputs[0]));
  },
);

/** The other way round: axes [block…, n, …s, rest] turn to [n, …(s, block), rest], and the borders are cropped. */
export const BatchToSpaceND = lowering(
  'BatchToSpaceND',
  ['x'],
  (op, { x }, { blockShape, crops }: BlockAttributes & { crops: Pairs }, { outputs }) => {
    const [batch, ...sizes] = shapeOf(x);
    const count = blockShape.length;
    const rest = sizes.slice(count);
    const fewer = over(
      batch,
      blockShape.reduce((a, b) => a * b, 1),
    );
    const apart = op.reshape(x, [...blockShape, fewer, ...sizes]);
    const perm = [count, ...blockShape.flatMap((_, i) => [count + 1 + i, i]), ...rest.map((_, i) => 2 * count + 1 + i)];
    const whole = [fewer, ...blockShape.map((block, i) => multiplySizes(sizes[i], block)), ...rest];
    const begin = whole.map((_, axis) => (axis > 0 && axis <= count ? crops[axis - 1][0] : 0));
    return slice(op, op.reshape(permute(op, apart, perm), whole), begin, shapeOf(outputs[0]));
  },
);

export const DepthToSpace = lowering(
  'DepthToSpace',
  ['x'],
  (op, { x }, { blockSize, dataFormat }: { blockSize: number; dataFormat: string }, { outputs }) => {
    const channelsLast = isChannelsLast(dataFormat);
    return inChannelsFirst(op, x, channelsLast, shapeOf(outputs[0]), (data) => {
      const result = op.DepthToSpace(data, { blocksize: blockSize, mode: 'DCR' });
      result.shape = channelsFirstShape(shapeOf(outputs[0]), channelsLast);
      return result;
    });
  },
);
