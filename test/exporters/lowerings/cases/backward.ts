import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { runKernel } from '../../../support/values.ts';

type Image = tf.Tensor4D;
const image = { shape: ['n', 5, 6, 2] } as const;
const first = { shape: ['n', 2, 5, 6] } as const;
const filter = { shape: [3, 2, 2, 3] } as const;
const depthwise = { shape: [3, 2, 2, 3] } as const;
const volume = { shape: ['n', 4, 3, 5, 2] } as const;

export const backward: readonly LoweringCase[] = [
  {
    kernel: 'Conv2DBackpropInput',
    name: 'as a transposed convolution',
    inputs: { x: { shape: ['n', 3, 4, 3] }, w: filter },
    fn: (x: Image, w: Image) => tf.conv2dTranspose(x, w, [x.shape[0], 5, 8, 2], 2, 'same'),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx3x3x4',
      'w -> Transpose(_, perm=[3 2 0 1]) -> ConvTranspose(%0, _, strides=[2 2], pads=[1 0 1 0]) -> Transpose(_, perm=[0 2 3 1]):nx5x8x2',
    ],
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx3x3x4',
      '%1 = w -> Transpose(_, perm=[3 2 0 1]):3x2x3x2',
      '%2 = ConvTranspose(%0, %1, strides=[2 2], pads=[1 0 1 0]):nx2x5x8',
      '%3 = Add(%2, %2):nx2x5x8',
      'd_x = Conv(%3, %1, strides=[2 2], pads=[1 0 1 0]) -> Transpose(_, perm=[0 2 3 1]):nx3x4x3',
      '%4 = %3 -> Transpose(_, perm=[1 0 2 3]):2xnx5x8',
      'd_w = x -> Transpose(_, perm=[3 0 1 2]) -> Conv(%4, _, pads=[1 0 1 0], dilations=[2 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2DBackpropInput',
    name: 'channels first',
    inputs: { dy: { shape: ['n', 3, 5, 6] }, w: filter },
    fn: (dy: tf.Tensor, w: tf.Tensor) =>
      runKernel(
        'Conv2DBackpropInput',
        { dy, filter: w },
        { inputShape: [dy.shape[0], 2, 5, 6], strides: [1, 1], pad: 'same', dataFormat: 'NCHW' },
      ),
    graph: 'w -> Transpose(_, perm=[3 2 0 1]) -> ConvTranspose(dy, _, pads=[1 0 1 1]):nx2x5x6',
  },
  {
    kernel: 'Conv2DBackpropFilter',
    inputs: { x: image, dy: { shape: ['n', 3, 2, 3] } },
    fn: (x: tf.Tensor, dy: tf.Tensor) =>
      runKernel('Conv2DBackpropFilter', { x, dy }, { filterShape: [3, 2, 2, 3], strides: [2, 3], pad: 'same', dataFormat: 'NHWC' }),
    graph: [
      '%0 = x -> Transpose(_, perm=[3 0 1 2]):2xnx5x6',
      'dy -> Transpose(_, perm=[3 0 1 2]) -> Conv(%0, _, pads=[1 0 1 0], dilations=[2 3]) -> Slice(_, [0], [2], [3]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv2DBackpropFilter',
    name: 'channels first, with pixels left over',
    inputs: { x: first, dy: { shape: ['n', 3, 1, 2] } },
    fn: (x: tf.Tensor, dy: tf.Tensor) =>
      runKernel('Conv2DBackpropFilter', { x, dy }, { filterShape: [3, 2, 2, 3], strides: [3, 3], pad: 'valid', dataFormat: 'NCHW' }),
    graph: [
      '%0 = x -> Transpose(_, perm=[1 0 2 3]):2xnx5x6',
      'dy -> Transpose(_, perm=[1 0 2 3]) -> Conv(%0, _, dilations=[3 3]) -> Slice(_, [0 0], [3 2], [2 3]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropInput',
    inputs: { dy: { shape: ['n', 3, 3, 6] }, w: depthwise },
    fn: (dy: tf.Tensor, w: tf.Tensor) =>
      runKernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter: w },
        { inputShape: [dy.shape[0], 5, 6, 2], strides: [2, 2], dilations: [1, 1], pad: 'same' },
      ),
    graph: [
      '%0 = dy -> Transpose(_, perm=[0 3 1 2]):nx6x3x3',
      'w -> Transpose(_, perm=[2 3 0 1]) -> Reshape(_, [6 1 3 2]) -> ConvTranspose(%0, _, strides=[2 2], pads=[1 0 1 0], group=2) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: { x: image, dy: { shape: ['n', 2, 3, 6] } },
    fn: (x: tf.Tensor, dy: tf.Tensor) =>
      runKernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { filterShape: [3, 2, 2, 3], strides: [2, 2], dilations: [1, 1], pad: 'valid' },
      ),
    graph: [
      '%0 = x -> Transpose(_, perm=[3 0 1 2]) -> Reshape(_, [1 -1 5 6]):1x2*nx5x6',
      'dy -> Transpose(_, perm=[3 0 1 2]) -> Conv(%0, _, dilations=[2 2], group=2) -> Reshape(_, [2 3 3 2]) -> Transpose(_, perm=[2 3 0 1]):3x2x2x3',
    ],
  },
  {
    kernel: 'Conv3DBackpropInputV2',
    inputs: { dy: { shape: ['n', 2, 1, 2, 3] }, w: { shape: [2, 3, 2, 2, 3] } },
    fn: (dy: tf.Tensor, w: tf.Tensor) =>
      runKernel('Conv3DBackpropInputV2', { dy, filter: w }, { inputShape: [dy.shape[0], 4, 3, 5, 2], strides: [2, 1, 2], pad: 'valid' }),
    graph: [
      '%0 = dy -> Transpose(_, perm=[0 4 1 2 3]):nx3x2x1x2',
      'w -> Transpose(_, perm=[4 3 0 1 2]) -> ConvTranspose(%0, _, strides=[2 1 2], output_padding=[0 0 1]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
    ],
  },
  {
    kernel: 'Conv3DBackpropFilterV2',
    inputs: { x: volume, dy: { shape: ['n', 2, 1, 2, 3] } },
    fn: (x: tf.Tensor, dy: tf.Tensor) =>
      runKernel('Conv3DBackpropFilterV2', { x, dy }, { filterShape: [2, 3, 2, 2, 3], strides: [2, 1, 2], pad: 'valid' }),
    graph: [
      '%0 = x -> Transpose(_, perm=[4 0 1 2 3]):2xnx4x3x5',
      'dy -> Transpose(_, perm=[4 0 1 2 3]) -> Conv(%0, _, dilations=[2 1 2]) -> Slice(_, [0], [2], [4]) -> Transpose(_, perm=[2 3 4 0 1]):2x3x2x2x3',
    ],
  },
];
