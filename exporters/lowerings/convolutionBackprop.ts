import { multiplySizes, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { type ConvolutionAttributes, spatialOf, weightsOf } from './convolution.ts';
import { channelsFirstShape, inChannelsFirst, isChannelsLast, permute } from './layout.ts';
import { type Lowering, lowering } from './lowering.ts';
import { slice } from './shapes.ts';
import { outputPadding, type Window, windowAttributes, windows } from './windows.ts';

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

/** The gradient of a convolution with respect to its input is ONNX's ConvTranspose; elements that no window reached get zeros. */
const inputGradient = (name: string, depthwise: boolean): Lowering =>
  lowering(
    name,
    ['dy', 'filter'],
    (op, { dy, filter }, attrs: ConvolutionAttributes, { outputs }) => {
      const channelsLast = isChannelsLast(attrs.dataFormat);
      const [, channels, ...input] = channelsFirstShape(shapeOf(outputs[0]), channelsLast);
      const [, , ...output] = channelsFirstShape(shapeOf(dy), channelsLast);
      const list = windows({ input, output, filter: spatialOf(shapeOf(filter)) }, attrs);
      const attributes = { ...windowAttributes(list, depthwise ? (channels as number) : 1), output_padding: outputPadding(list) };
      return inChannelsFirst(op, dy, channelsLast, shapeOf(outputs[0]), (data) =>
        op.ConvTranspose(data, weightsOf(op, filter, depthwise), attributes),
      );
    },
    ['inputShape'],
  );

/** Batch and channels of a tfjs tensor in ONNX's places for a filter gradient: `[c, n, …spatial]`. */
function channelsThenBatch(op: Builder, x: Value, channelsLast: boolean): Value {
  const axes = shapeOf(x).map((_, axis) => axis);
  return permute(op, x, channelsLast ? [axes.length - 1, ...axes.slice(0, -1)] : [1, 0, ...axes.slice(2)]);
}

const swapped = (window: Window): Window => ({ ...window, stride: window.dilation, dilation: window.stride });

/**
 * The gradient with respect to the filter is again a convolution, of x with dy: the batch is summed over, as channels are, and strides
 * and dilations change places.
 *   dW[k, i, o] = Σ_{n, t} x[n, t·stride + k·dilation − begin, i] · dy[n, t, o]
 * A depthwise one is the same in as many groups as there are channels.
 */
const filterGradient = (name: string, depthwise: boolean): Lowering =>
  lowering(
    name,
    ['x', 'dy'],
    (op, { x, dy }, attrs: ConvolutionAttributes, { outputs }) => {
      const channelsLast = isChannelsLast(attrs.dataFormat);
      const shape = shapeOf(outputs[0]);
      const [batch, channels, ...input] = channelsFirstShape(shapeOf(x), channelsLast);
      const [, produced, ...output] = channelsFirstShape(shapeOf(dy), channelsLast);
      const list = windows({ input, output, filter: spatialOf(shape) }, attrs);
      const data = channelsThenBatch(op, x, channelsLast);
      const product = op.Conv(
        depthwise ? op.reshape(data, [1, multiplySizes(channels, batch), ...input]) : data,
        channelsThenBatch(op, dy, channelsLast),
        windowAttributes(list.map(swapped), depthwise ? (channels as number) : 1),
      );
      // Elements that no window reached would count as further places of the filter.
      const places = list.map(({ filter, unused, dilation }) => filter + Math.floor(unused / dilation));
      const leading: readonly Size[] = depthwise ? [1, produced] : [channels, produced];
      product.shape = [...leading, ...places];
      const none = product.shape.map(() => 0);
      const gradient = slice(op, product, none, [...leading, ...spatialOf(shape)]);
      const [inputs, outs] = shape.slice(-2);
      const split = depthwise ? op.reshape(gradient, [inputs, outs, ...spatialOf(shape)]) : gradient;
      return op.Transpose(split, { perm: [...spatialOf(shape).map((_, axis) => axis + 2), 0, 1] });
    },
    ['filterShape'],
  );

export const convolutionBackprops: readonly Lowering[] = [
  inputGradient('Conv2DBackpropInput', false),
  inputGradient('Conv3DBackpropInputV2', false),
  inputGradient('DepthwiseConv2dNativeBackpropInput', true),
  filterGradient('Conv2DBackpropFilter', false),
  filterGradient('Conv3DBackpropFilterV2', false),
  filterGradient('DepthwiseConv2dNativeBackpropFilter', true),
];
