import type { Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';

/** A Transpose whose shape is known, so that passes can cancel it against another. */
export function permute(op: Builder, x: Value, perm: readonly number[]): Value {
  const result = op.Transpose(x, { perm });
  const { shape } = x;
  result.shape = shape && perm.map((axis) => shape[axis]);
  return result;
}

/** How a tfjs tensor of images holds its channels: 'NHWC' (tfjs's default), 'NDHWC', or channels first as ONNX has them. */
export const isChannelsLast = (dataFormat: string | undefined): boolean => !dataFormat?.startsWith('NC');

/** `[n, …spatial, c]` → `[n, c, …spatial]`, where ONNX's convolutions and pools want their channels. */
export function toChannelsFirst(op: Builder, x: Value): Value {
  const rank = (x.shape as readonly Size[]).length;
  return permute(op, x, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
}

/** `[n, c, …spatial]` → `[n, …spatial, c]` */
export function toChannelsLast(op: Builder, x: Value): Value {
  const rank = (x.shape as readonly Size[]).length;
  return permute(op, x, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
}

/** A tfjs shape as [batch, channels, …spatial]. */
export function channelsFirstShape(shape: readonly Size[], channelsLast: boolean): readonly Size[] {
  return channelsLast ? [shape[0], shape[shape.length - 1], ...shape.slice(1, -1)] : shape;
}

/**
 * An operator that works on channels first, applied to a tfjs tensor and giving a tfjs tensor of the given shape.
 * @param shape of the result as tfjs has it
 */
export function inChannelsFirst(op: Builder, x: Value, channelsLast: boolean, shape: readonly Size[], apply: (x: Value) => Value): Value {
  const result = apply(channelsLast ? toChannelsFirst(op, x) : x);
  result.shape = channelsFirstShape(shape, channelsLast);
  return channelsLast ? toChannelsLast(op, result) : result;
}
