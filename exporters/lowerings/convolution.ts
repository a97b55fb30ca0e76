import type { Node } from '../ir/node.ts';
import { type Size, sameSize } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { activate, type FusedActivation } from './activation.ts';
import { channelsFirstShape, isChannelsLast, permute, toChannelsFirst, toChannelsLast } from './layout.ts';
import { type Lowering, lowering } from './lowering.ts';
import { type WindowAttributes, windowAttributes, windows } from './windows.ts';

export interface ConvolutionAttributes extends WindowAttributes, FusedActivation {}

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

/** Sizes of a filter along the spatial axes. */
export const spatialOf = (filter: readonly Size[]): readonly number[] => filter.slice(0, -2) as number[];

/** tfjs's filter `[…spatial, in, out]` as ONNX's `[out, in, …spatial]`; a depthwise one `[…spatial, c, m]` as `[c·m, 1, …spatial]`. */
export function weightsOf(op: Builder, filter: Value, depthwise: boolean): Value {
  const shape = shapeOf(filter);
  const spatial = shape.slice(0, -2).map((_, axis) => axis);
  const [inputs, outputs] = [spatial.length, spatial.length + 1];
  if (!depthwise) return permute(op, filter, [outputs, inputs, ...spatial]);
  const channels = (shape[inputs] as number) * (shape[outputs] as number);
  return op.reshape(permute(op, filter, [inputs, outputs, ...spatial]), [channels, 1, ...spatialOf(shape)]);
}

interface Inputs {
  readonly x: Value;
  readonly filter: Value;
  readonly bias?: Value | undefined;
  readonly preluActivationWeights?: Value | undefined;
}

function convolve(op: Builder, inputs: Inputs, attrs: ConvolutionAttributes, { outputs }: Node, depthwise: boolean): Value {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const channelsLast = isChannelsLast(attrs.dataFormat);
  const data = channelsLast ? toChannelsFirst(op, x) : x;
  const shape = channelsFirstShape(shapeOf(outputs[0]), channelsLast);
  const [, channels, ...input] = shapeOf(data);
  const list = windows({ input, output: shape.slice(2), filter: spatialOf(shapeOf(filter)) }, attrs);
  // One number a channel is what Conv adds by itself.
  const row = bias && shapeOf(bias).length === 1 && sameSize(shapeOf(bias)[0], shape[1]) ? bias : undefined;
  const known = (value: Value): Value => {
    value.shape = shape;
    return value;
  };
  const operands = [data, weightsOf(op, filter, depthwise), ...(row ? [row] : [])];
  const product = known(op.Conv(...operands, windowAttributes(list, depthwise ? (channels as number) : 1)));
  const along = (value: Value): Value => alongChannels(op, value, shape.length, channelsLast);
  const biased = bias && !row ? known(op.Add(product, along(bias))) : product;
  const result = known(activate(op, biased, attrs, preluActivationWeights && along(preluActivationWeights)));
  return channelsLast ? toChannelsLast(op, result) : result;
}

/** A bias or a slope, which tfjs spreads over its own layout, for spreading over channels first. */
function alongChannels(op: Builder, value: Value, rank: number, channelsLast: boolean): Value {
  const shape = shapeOf(value);
  if (shape.length === 0) return value;
  if (shape.length === 1) return op.reshape(value, [shape[0], ...new Array<number>(rank - 2).fill(1)]);
  if (!channelsLast) return value;
  const full = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  return toChannelsFirst(op, op.reshape(value, full));
}

const kernel = (name: string, depthwise: boolean): Lowering =>
  lowering(name, ['x', 'filter', 'bias?', 'preluActivationWeights?'], (op, inputs, attrs: ConvolutionAttributes, node) =>
    convolve(op, inputs, attrs, node, depthwise),
  );

export const convolutions: readonly Lowering[] = [
  kernel('Conv2D', false),
  kernel('FusedConv2D', false),
  kernel('Conv3D', false),
  kernel('DepthwiseConv2dNative', true),
  kernel('FusedDepthwiseConv2D', true),
];
