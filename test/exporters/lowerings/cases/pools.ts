import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { distinct, runKernel } from '../../../support/values.ts';

type Image = tf.Tensor4D;
type Volume = tf.Tensor5D;

const image = { shape: ['n', 5, 6, 2] } as const;
const volume = { shape: ['n', 4, 3, 5, 2] } as const;
const spaced = { ...image, values: distinct } as const;
const spacedVolume = { ...volume, values: distinct } as const;

export const pools: readonly LoweringCase[] = [
  {
    kernel: 'MaxPool',
    inputs: { x: spaced },
    fn: (x: Image) => tf.maxPool(x, 2, 2, 'valid'),
    graph: 'x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[2 2], strides=[2 2]) -> Transpose(_, perm=[0 2 3 1]):nx2x3x2',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1, %2 = x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[2 2], strides=[2 2]):nx2x2x3, int64 nx2x2x3',
      '%3 = Add(%1, %1):nx2x2x3',
      '%4 = Mul(%0, [60]) -> Expand(0, _):?',
      '%5 = Reshape(%2, [-1]):int64 12*n',
      'Reshape(%3, [-1]) -> ScatterElements(%4, %5, _, axis=0, reduction=add) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'MaxPool',
    name: 'overlapping, same',
    inputs: { x: spaced },
    fn: (x: Image) => tf.maxPool(x, [3, 2], [2, 1], 'same'),
    graph:
      'x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[3 2], strides=[2 1], pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx3x6x2',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1, %2 = x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[3 2], strides=[2 1], pads=[1 0 1 1]):nx2x3x6, int64 nx2x3x6',
      '%3 = Add(%1, %1):nx2x3x6',
      '%4 = Mul(%0, [60]) -> Expand(0, _):?',
      '%5 = Reshape(%2, [-1]):int64 36*n',
      'Reshape(%3, [-1]) -> ScatterElements(%4, %5, _, axis=0, reduction=add) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'MaxPool',
    name: 'rounding up',
    inputs: { x: spaced },
    fn: (x: Image) => tf.maxPool(x, 3, 2, 1, 'ceil'),
    graph:
      'x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[3 3], strides=[2 2], pads=[1 1 1 2]) -> Transpose(_, perm=[0 2 3 1]):nx3x4x2',
  },
  {
    kernel: 'MaxPool',
    name: 'of integers',
    inputs: { x: { ...image, dtype: 'int32' } },
    fn: (x: Image) => tf.maxPool(x, 2, 2, 'same'),
    graph:
      'x -> Transpose(_, perm=[0 3 1 2]) -> Cast(_, to=float32) -> MaxPool(_, kernel_shape=[2 2], strides=[2 2], pads=[0 0 1 0]) -> Transpose(_, perm=[0 2 3 1]) -> Cast(_, to=int32):int32 nx3x3x2',
  },
  {
    kernel: 'MaxPoolGrad',
    inputs: { dy: { shape: ['n', 3, 3, 2] }, x: spaced },
    fn: (dy: tf.Tensor, x: Image) =>
      runKernel('MaxPoolGrad', { dy, input: x, output: tf.maxPool(x, 3, 2, 'same') }, { filterSize: [3, 3], strides: [2, 2], pad: 'same' }),
    graph: [
      '%0, %1 = x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[3 3], strides=[2 2], pads=[1 0 1 1]):nx2x3x3, int64 nx2x3x3',
      '%2 = dy -> Transpose(_, perm=[0 3 1 2]):nx2x3x3',
      '%3 = dy -> Shape(_, start=0, end=1) -> Mul(_, [60]) -> Expand(0, _):?',
      '%4 = Reshape(%1, [-1]):int64 18*n',
      'Reshape(%2, [-1]) -> ScatterElements(%3, %4, _, axis=0, reduction=add) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'AvgPool',
    inputs: { x: image },
    fn: (x: Image) => tf.avgPool(x, 2, 2, 'valid'),
    graph: 'x -> Transpose(_, perm=[0 3 1 2]) -> AveragePool(_, kernel_shape=[2 2], strides=[2 2]) -> Transpose(_, perm=[0 2 3 1]):nx2x3x2',
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]) -> AveragePool(_, kernel_shape=[2 2], strides=[2 2]):nx2x2x3',
      'Add(%0, %0) -> Reshape(_, [-1 1 2 3]) -> ConvTranspose(_, [0.25 0.25 0.25 0.25], strides=[2 2], output_padding=[1 0]) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'AvgPool',
    name: 'overlapping, same',
    inputs: { x: image },
    fn: (x: Image) => tf.avgPool(x, [3, 2], [2, 1], 'same'),
    graph:
      'x -> Transpose(_, perm=[0 3 1 2]) -> AveragePool(_, kernel_shape=[3 2], strides=[2 1], pads=[1 0 1 1]) -> Transpose(_, perm=[0 2 3 1]):nx3x6x2',
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]) -> AveragePool(_, kernel_shape=[3 2], strides=[2 1], pads=[1 0 1 1]):nx2x3x6',
      'Add(%0, %0) -> Reshape(_, [-1 1 3 6]) -> ConvTranspose(_, [0.1667 0.1667 0.1667 0.1667 0.1667 0.1667], strides=[2 1], pads=[1 0 1 1]) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
    ],
  },
  {
    kernel: 'AvgPoolGrad',
    inputs: { dy: { shape: ['n', 3, 3, 2] }, x: image },
    fn: (dy: tf.Tensor, x: tf.Tensor) => runKernel('AvgPoolGrad', { dy, input: x }, { filterSize: [3, 3], strides: [2, 2], pad: 'same' }),
    graph:
      'dy -> Transpose(_, perm=[0 3 1 2]) -> Reshape(_, [-1 1 3 3]) -> ConvTranspose(_, const:1x1x3x3, strides=[2 2], pads=[1 0 1 1]) -> Reshape(_, [-1 2 5 6]) -> Transpose(_, perm=[0 2 3 1]):nx5x6x2',
  },
  {
    kernel: 'MaxPool3D',
    inputs: { x: spacedVolume },
    fn: (x: Volume) => tf.maxPool3d(x, 2, 2, 'valid'),
    graph:
      'x -> Transpose(_, perm=[0 4 1 2 3]) -> MaxPool(_, kernel_shape=[2 2 2], strides=[2 2 2]) -> Transpose(_, perm=[0 2 3 4 1]):nx2x1x2x2',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1, %2 = x -> Transpose(_, perm=[0 4 1 2 3]) -> MaxPool(_, kernel_shape=[2 2 2], strides=[2 2 2]):nx2x2x1x2, int64 nx2x2x1x2',
      '%3 = Add(%1, %1):nx2x2x1x2',
      '%4 = Mul(%0, [120]) -> Expand(0, _):?',
      '%5 = Reshape(%2, [-1]):int64 8*n',
      'Reshape(%3, [-1]) -> ScatterElements(%4, %5, _, axis=0, reduction=add) -> Reshape(_, [-1 2 4 3 5]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
    ],
  },
  {
    kernel: 'MaxPool3DGrad',
    inputs: { dy: { shape: ['n', 2, 2, 3, 2] }, x: spacedVolume },
    fn: (dy: tf.Tensor, x: Volume) =>
      runKernel(
        'MaxPool3DGrad',
        { dy, input: x, output: tf.maxPool3d(x, 3, 2, 'same') },
        { filterSize: [3, 3, 3], strides: [2, 2, 2], pad: 'same' },
      ),
    graph: [
      '%0, %1 = x -> Transpose(_, perm=[0 4 1 2 3]) -> MaxPool(_, kernel_shape=[3 3 3], strides=[2 2 2], pads=[0 1 1 1 1 1]):nx2x2x2x3, int64 nx2x2x2x3',
      '%2 = dy -> Transpose(_, perm=[0 4 1 2 3]):nx2x2x2x3',
      '%3 = dy -> Shape(_, start=0, end=1) -> Mul(_, [120]) -> Expand(0, _):?',
      '%4 = Reshape(%1, [-1]):int64 24*n',
      'Reshape(%2, [-1]) -> ScatterElements(%3, %4, _, axis=0, reduction=add) -> Reshape(_, [-1 2 4 3 5]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
    ],
  },
  {
    kernel: 'AvgPool3D',
    inputs: { x: volume },
    fn: (x: Volume) => tf.avgPool3d(x, 2, 2, 'same'),
    graph:
      'x -> Transpose(_, perm=[0 4 1 2 3]) -> AveragePool(_, kernel_shape=[2 2 2], strides=[2 2 2], pads=[0 0 0 0 1 1]) -> Transpose(_, perm=[0 2 3 4 1]):nx2x2x3x2',
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 4 1 2 3]) -> AveragePool(_, kernel_shape=[2 2 2], strides=[2 2 2], pads=[0 0 0 0 1 1]):nx2x2x2x3',
      'Add(%0, %0) -> Reshape(_, [-1 1 2 2 3]) -> ConvTranspose(_, [0.125 0.125 0.125 0.125 0.125 0.125 0.125 0.125], strides=[2 2 2], pads=[0 0 0 0 1 1]) -> Reshape(_, [-1 2 4 3 5]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
    ],
  },
  {
    kernel: 'AvgPool3DGrad',
    inputs: { dy: { shape: ['n', 2, 2, 3, 2] }, x: volume },
    fn: (dy: tf.Tensor, x: tf.Tensor) =>
      runKernel('AvgPool3DGrad', { dy, input: x }, { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'same' }),
    graph:
      'dy -> Transpose(_, perm=[0 4 1 2 3]) -> Reshape(_, [-1 1 2 2 3]) -> ConvTranspose(_, [0.125 0.125 0.125 0.125 0.125 0.125 0.125 0.125], strides=[2 2 2], pads=[0 0 0 0 1 1]) -> Reshape(_, [-1 2 4 3 5]) -> Transpose(_, perm=[0 2 3 4 1]):nx4x3x5x2',
  },
  {
    kernel: 'MaxPoolWithArgmax',
    inputs: { x: spaced },
    fn: (x: Image) => ({ ...tf.maxPoolWithArgmax(x, 2, 2, 'same') }),
    graph: [
      '%0, %1 = x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[2 2], strides=[2 2], pads=[0 0 1 0]):nx2x3x3, int64 ?',
      '%2 = Mod(%1, 30) -> Mul(_, 2) -> Add(_, [0 1]):int64 nx2x3x3',
      'result = %0 -> Transpose(_, perm=[0 2 3 1]):nx3x3x2',
      'indexes = %2 -> Transpose(_, perm=[0 2 3 1]) -> Cast(_, to=int32):int32 nx3x3x2',
    ],
  },
  {
    kernel: 'MaxPoolWithArgmax',
    name: 'counting through the batch',
    inputs: { x: spaced },
    fn: (x: Image) => ({ ...tf.maxPoolWithArgmax(x, 2, 2, 'valid', true) }),
    graph: [
      '%0, %1 = x -> Transpose(_, perm=[0 3 1 2]) -> MaxPool(_, kernel_shape=[2 2], strides=[2 2]):nx2x2x3, int64 ?',
      '%2 = Mod(%1, 30) -> Mul(_, 2) -> Add(_, [0 1]):int64 ?',
      '%3 = Div(%1, 60) -> Mul(_, 60) -> Add(%2, _):int64 nx2x2x3',
      'result = %0 -> Transpose(_, perm=[0 2 3 1]):nx2x3x2',
      'indexes = %3 -> Transpose(_, perm=[0 2 3 1]) -> Cast(_, to=int32):int32 nx2x3x2',
    ],
  },
  {
    kernel: 'Dilation2D',
    inputs: { x: image, w: { shape: [2, 3, 2] } },
    fn: (x: Image, w: tf.Tensor3D) => tf.dilation2d(x, w, [1, 2], 'same', [2, 1]),
    graph: [
      '%0 = Pad(x, [0 1 0 0 0 1 1 0], -9007000000000000):?',
      '%1 = Reshape(w, [6 1 2]):6x1x2',
      '%2 = Slice(%0, [0 0], [5 5], [1 2], [1 2]):?',
      '%3 = Slice(%1, [0], [1]) -> Add(%2, _):?',
      '%4 = Slice(%0, [0 1], [5 6], [1 2], [1 2]):?',
      '%5 = Slice(%1, [1], [2]) -> Add(%4, _):?',
      '%6 = Slice(%0, [0 2], [5 7], [1 2], [1 2]):?',
      '%7 = Slice(%1, [2], [3]) -> Add(%6, _):?',
      '%8 = Slice(%0, [2 0], [7 5], [1 2], [1 2]):?',
      '%9 = Slice(%1, [3], [4]) -> Add(%8, _):?',
      '%10 = Slice(%0, [2 1], [7 6], [1 2], [1 2]):?',
      '%11 = Slice(%1, [4], [5]) -> Add(%10, _):?',
      '%12 = Slice(%0, [2 2], [7 7], [1 2], [1 2]):?',
      'Slice(%1, [5], [end]) -> Add(%12, _) -> Max(%3, %5, %7, %9, %11, _):nx5x3x2',
    ],
  },
];
