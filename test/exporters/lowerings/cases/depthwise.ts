import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';

type Image = tf.Tensor4D;
type Volume = tf.Tensor5D;

const image = { shape: ['n', 5, 6, 2] } as const;
const depthwise = { shape: [3, 2, 2, 3] } as const;
const volume = { shape: ['n', 4, 3, 5, 2] } as const;

export const depthwiseAndVolumes: readonly LoweringCase[] = [
  {
    kernel: 'DepthwiseConv2dNative',
    inputs: { x: image, w: depthwise },
    fn: (x: Image, w: Image) => tf.depthwiseConv2d(x, w, 1, 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]) -> Conv(%0, _, pads=[1 0 1 1], group=2) -> Transpose(_, perm=[0 2 3 1]):nx5x6x6',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]):6x1x3x2',
      '%2 = Conv(%0, %1, pads=[1 0 1 1], group=2):nx6x5x6',
      '%3 = Add(%2, %2):nx6x5x6',
      'd_x = ConvTranspose(%3, %1, pads=[1 0 1 1], group=2) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]) -> Reshape(_, [1 -1 5 6]):1x2*nx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, pads=[1 0 1 1], group=2) -> Reshape(_, [2 3 3 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'DepthwiseConv2dNative',
    name: 'strided',
    inputs: { x: image, w: depthwise },
    fn: (x: Image, w: Image) => tf.depthwiseConv2d(x, w, 2, 'valid'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]) -> Conv(%0, _, strides=[2 2], group=2) -> Transpose(_, perm=[0 2 3 1]):nx2x3x6',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]):6x1x3x2',
      '%2 = Conv(%0, %1, strides=[2 2], group=2):nx6x2x3',
      '%3 = Add(%2, %2):nx6x2x3',
      'd_x = ConvTranspose(%3, %1, strides=[2 2], group=2) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]) -> Reshape(_, [1 -1 5 6]):1x2*nx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, dilations=[2 2], group=2) -> Reshape(_, [2 3 3 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'DepthwiseConv2dNative',
    name: 'dilated',
    inputs: { x: image, w: depthwise },
    fn: (x: Image, w: Image) => tf.depthwiseConv2d(x, w, 1, 'valid', 'NHWC', [2, 3]),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]) -> Conv(%0, _, dilations=[2 3], group=2) -> Transpose(_, perm=[0 2 3 1]):nx1x3x6',
    ],
  },
  {
    kernel: 'FusedDepthwiseConv2D',
    inputs: { x: image, w: depthwise, bias: { shape: [6] } },
    fn: (x: Image, w: Image, bias: tf.Tensor1D) =>
      tf.fused.depthwiseConv2d({ x, filter: w, strides: 1, pad: 'same', bias, activation: 'relu' }),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]) -> Conv(%0, _, bias, pads=[1 0 1 1], group=2) -> Relu -> Transpose(_, perm=[0 2 3 1]):nx5x6x6',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]):6x1x3x2',
      '%2 = Conv(%0, %1, pads=[1 0 1 1], group=2):nx6x5x6',
      '%3 = Reshape(bias, [1 6 1 1]) -> Add(%2, _):nx6x5x6',
      '%4 = %3 -> Relu:nx6x5x6',
      '%5 = Add(%4, %4):nx6x5x6',
      '%6 = Greater(%3, 0) -> Cast(_, to=float32) -> Mul(%5, _):nx6x5x6',
      'd_bias = ReduceSum(%6, [0 2 3], keepdims=0):6',
      'd_x = ConvTranspose(%6, %1, pads=[1 0 1 1], group=2) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%7 = x -> Transpose(_, perm=[3 0 1 2]) -> Reshape(_, [1 -1 5 6]):1x2*nx5x6',
      'd_w = %6 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%7, _, pads=[1 0 1 1], group=2) -> Reshape(_, [2 3 3 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv3D',
    inputs: { x: volume, w: { shape: [2, 3, 2, 2, 3] } },
    fn: (x: Volume, w: Volume) => tf.conv3d(x, w, [2, 1, 2], 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 4 1 2 3]):nx2x4x3x5',
      'w -> Transpose(_, perm=[4 3 0 1 2]) -> Conv(%0, _, strides=[2 1 2], pads=[0 1 0 0 1 1]) -> Transpose(_, perm=[0 2 3 4 1]):nx2x3x3x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 4 1 2 3]):nx2x4x3x5',
      '%1 = w -> Transpose(_, perm=[4 3 0 1 2]):3x2x2x3x2',
      '%2 = Conv(%0, %1, strides=[2 1 2], pads=[0 1 0 0 1 1]):nx3x2x3x3',
      '%3 = Add(%2, %2):nx3x2x3x3',
      'd_x = ConvTranspose(%3, %1, strides=[2 1 2], pads=[0 1 0 0 1 1]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
      '%4 = x -> Transpose(_, perm=[4 0 1 2 3]):2xnx4x3x5',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3 4]) -> Conv(%4, _, pads=[0 1 0 0 1 1], dilations=[2 1 2]) -> Transpose(_, perm=[2 3 4 0 1]):2x3x2x2x3',
    ],
  },
];
