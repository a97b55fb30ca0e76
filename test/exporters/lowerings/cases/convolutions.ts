import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';

type Image = tf.Tensor4D;
const image = { shape: ['n', 5, 6, 2] } as const;
const first = { shape: ['n', 2, 5, 6] } as const;
const filter = { shape: [3, 2, 2, 3] } as const;
const EXPLICIT: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [2, 1],
  [0, 1],
  [0, 0],
];

export const convolutions: readonly LoweringCase[] = [
  {
    kernel: 'Conv2D',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 1, 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = Conv(%0, %1, pads=[1 0 1 1]):nx3x5x6',
      '%3 = Add(%2, %2):nx3x5x6',
      'd_x = ConvTranspose(%3, %1, pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, pads=[1 0 1 1]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'strided, same',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, [2, 3], 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, strides=[2 3], pads=[1 0 1 0]) -> Transpose(_, perm=[0 2 3 1]):nx3x2x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = Conv(%0, %1, strides=[2 3], pads=[1 0 1 0]):nx3x3x2',
      '%3 = Add(%2, %2):nx3x3x2',
      'd_x = ConvTranspose(%3, %1, strides=[2 3], pads=[1 0 1 0], output_padding=[0 1]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, pads=[1 0 1 0], dilations=[2 3]) -> Slice(_, [0], [2], [3]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'strided, valid, with pixels left over',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, [2, 3], 'valid'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, strides=[2 3]) -> Transpose(_, perm=[0 2 3 1]):nx2x2x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = Conv(%0, %1, strides=[2 3]):nx3x2x2',
      '%3 = Add(%2, %2):nx3x2x2',
      'd_x = ConvTranspose(%3, %1, strides=[2 3], output_padding=[0 1]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, dilations=[2 3]) -> Slice(_, [0], [2], [3]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'dilated',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 1, 'same', 'NHWC', [1, 2]),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, pads=[1 1 1 1], dilations=[1 2]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'with explicit padding',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 2, EXPLICIT, 'NHWC', 1, 'floor'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, strides=[2 2], pads=[2 0 0 0]) -> Transpose(_, perm=[0 2 3 1]):nx3x3x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = Conv(%0, %1, strides=[2 2], pads=[2 0 0 0]):nx3x3x3',
      '%3 = Add(%2, %2):nx3x3x3',
      'd_x = ConvTranspose(%3, %1, strides=[2 2], pads=[2 0 0 0]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%4 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'd_w = %3 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%4, _, pads=[2 0 0 0], dilations=[2 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'rounding up',
    inputs: { x: image, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 2, 1, 'NHWC', 1, 'ceil'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, strides=[2 2], pads=[1 1 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx3x4x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'channels first',
    inputs: { x: first, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 1, 'same', 'NCHW'),
    graph: 'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(x, _, pads=[1 0 1 1]):nx3x5x6',
  },
  {
    kernel: 'Conv2D',
    name: 'of images of open size',
    inputs: { x: { shape: [1, 'n', 4, 2] }, w: filter },
    fn: (x: Image, w: Image) => tf.conv2d(x, w, 1, 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):1x2xnx4',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):1xnx4x3',
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'in one dimension',
    inputs: { x: { shape: ['n', 7, 2] }, w: { shape: [3, 2, 4] } },
    fn: (x: tf.Tensor3D, w: tf.Tensor3D) => tf.conv1d(x, w, 2, 'same'),
    graph: [
      '%0 = Reshape(w, [1 3 2 4]):1x3x2x4',
      '%1 = Reshape(x, [-1 1 7 2]) -> Transpose(_, perm=[0 3 1 2]):nx2x1x7',
      '%0 -> Transpose(_, perm=[3 2 0 1]) -> Conv(%1, _, strides=[1 2], pads=[0 1 0 1]) -> Transpose(_, perm=[0 2 3 1]) -> Reshape(_, [-1 4 4]):nx4x4',
    ],
    gradient: [
      '%0 = Reshape(w, [1 3 2 4]):1x3x2x4',
      '%1 = Reshape(x, [-1 1 7 2]):nx1x7x2',
      '%2 = %1 -> Transpose(_, perm=[0 3 1 2]):nx2x1x7',
      '%3 = %0 -> Transpose(_, perm=[3 2 0 1]):4x2x1x3',
      '%4 = Conv(%2, %3, strides=[1 2], pads=[0 1 0 1]) -> Transpose(_, perm=[0 2 3 1]) -> Reshape(_, [-1 4 4]):nx4x4',
      '%5 = Add(%4, %4) -> Reshape(_, [-1 1 4 4]):nx1x4x4',
      '%6 = %5 -> Transpose(_, perm=[0 3 1 2]) -> ConvTranspose(_, %3, strides=[1 2], pads=[0 1 0 1]) -> Transpose(_, perm=[0 2 3 1]):nx1x7x2',
      '%7 = %1 -> Transpose(_, perm=[3 0 1 2]):2xnx1x7',
      '%8 = %5 -> Transpose(_, perm=[3 0 1 2]) -> Conv(%7, _, pads=[0 1 0 1], dilations=[1 2]) -> Transpose(_, perm=[2 3 0 1]):1x3x2x4',
      'd_x = Reshape(%6, [-1 7 2]):nx7x2',
      'd_w = Reshape(%8, [3 2 4]):3x2x4',
    ],
  },
  {
    kernel: 'FusedConv2D',
    inputs: { x: image, w: filter, bias: { shape: [3] } },
    fn: (x: Image, w: Image, bias: tf.Tensor1D) => tf.fused.conv2d({ x, filter: w, strides: 1, pad: 'same', bias, activation: 'relu6' }),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, bias, pads=[1 0 1 1]) -> Clip(_, 0, 6) -> Transpose(_, perm=[0 2 3 1]):nx5x6x3',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = Conv(%0, %1, pads=[1 0 1 1]):nx3x5x6',
      '%3 = Reshape(bias, [1 3 1 1]) -> Add(%2, _):nx3x5x6',
      '%4 = Clip(%3, 0, 6):nx3x5x6',
      '%5 = Add(%4, %4):nx3x5x6',
      '%6 = LessOrEqual(%3, 6):bool nx3x5x6',
      '%7 = Greater(%3, 0) -> Cast(_, to=float32):nx3x5x6',
      '%8 = %6 -> Cast(_, to=float32) -> Mul(_, %7) -> Mul(%5, _):nx3x5x6',
      'd_bias = ReduceSum(%8, [0 2 3], keepdims=0):3',
      'd_x = ConvTranspose(%8, %1, pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
      '%9 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'd_w = %8 -> Transpose(_, perm=[1 0 2 3]) -> Conv(%9, _, pads=[1 0 1 1]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'FusedConv2D',
    name: 'with a prelu and a bias for each pixel',
    inputs: { x: image, w: filter, bias: { shape: [5, 6, 3] }, slope: { shape: [3] } },
    fn: (x: Image, w: Image, bias: tf.Tensor, slope: tf.Tensor) =>
      tf.fused.conv2d({ x, filter: w, strides: 1, pad: 'same', bias, activation: 'prelu', preluActivationWeights: slope }),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x5x6',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]) -> Conv(%0, _, pads=[1 0 1 1]):nx3x5x6',
      '%2 = Reshape(bias, [1 5 6 3]) -> Transpose(_, perm=[0 3 1 2]) -> Add(%1, _):nx3x5x6',
      'Reshape(slope, [3 1 1]) -> PRelu(%2, _) -> Transpose(_, perm=[0 2 3 1]):nx5x6x3',
    ],
  },
  {
    kernel: 'FusedConv2D',
    name: 'channels first, one bias for all',
    inputs: { x: first, w: filter, bias: { shape: [] } },
    fn: (x: Image, w: Image, bias: tf.Tensor) =>
      tf.fused.conv2d({ x, filter: w, strides: 1, pad: 'same', dataFormat: 'NCHW', bias, activation: 'elu' }),
    graph: 'w -> Transpose(_, perm=[3 2 0 1]) -> Conv(x, _, pads=[1 0 1 1]) -> Add(_, bias) -> Elu:nx3x5x6',
  },
];
