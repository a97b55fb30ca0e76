import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { runKernel } from '../../../support/values.ts';

type Image = tf.Tensor4D;

const image = { x: { shape: ['n', 4, 6, 2] } } as const;
const square = { x: { shape: ['n', 4, 4, 2] } } as const;
const grad = (name: string, alignCorners: boolean) => (x: tf.Tensor, dy: tf.Tensor) => runKernel(name, { images: x, dy }, { alignCorners });

export const images: readonly LoweringCase[] = [
  {
    kernel: 'ResizeBilinear',
    inputs: square,
    fn: (x: Image) => tf.image.resizeBilinear(x, [8, 7]),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x4x4',
      'x -> Shape(_, start=0, end=1) -> Concat(_, [2], [8], [7], axis=0) -> Resize(%0, none, none, _, mode=linear, coordinate_transformation_mode=asymmetric) -> Transpose(_, perm=[0 2 3 1]):nx8x7x2',
    ],
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = x -> Transpose(_, perm=[0 3 1 2]):nx2x4x4',
      '%2 = Concat(%0, [2], [8], [7], axis=0) -> Resize(%1, none, none, _, mode=linear, coordinate_transformation_mode=asymmetric) -> Transpose(_, perm=[0 2 3 1]):nx8x7x2',
      'Add(%2, %2) -> Reshape(_, [-1 8 14]) -> MatMul(const:4x8, _) -> Reshape(_, [-1 4 7 2]) -> MatMul(const:4x7, _):nx4x4x2',
    ],
  },
  {
    kernel: 'ResizeBilinear',
    name: 'with aligned corners',
    inputs: square,
    fn: (x: Image) => tf.image.resizeBilinear(x, [7, 3], true),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x4x4',
      'x -> Shape(_, start=0, end=1) -> Concat(_, [2], [7], [3], axis=0) -> Resize(%0, none, none, _, mode=linear, coordinate_transformation_mode=align_corners) -> Transpose(_, perm=[0 2 3 1]):nx7x3x2',
    ],
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = x -> Transpose(_, perm=[0 3 1 2]):nx2x4x4',
      '%2 = Concat(%0, [2], [7], [3], axis=0) -> Resize(%1, none, none, _, mode=linear, coordinate_transformation_mode=align_corners) -> Transpose(_, perm=[0 2 3 1]):nx7x3x2',
      'Add(%2, %2) -> Reshape(_, [-1 7 6]) -> MatMul(const:4x7, _) -> Reshape(_, [-1 4 3 2]) -> MatMul(const:4x3, _):nx4x4x2',
    ],
  },
  {
    kernel: 'ResizeBilinear',
    name: 'with half-pixel centres',
    inputs: image,
    fn: (x: Image) => tf.image.resizeBilinear(x, [9, 5], false, true),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]):nx2x4x6',
      'x -> Shape(_, start=0, end=1) -> Concat(_, [2], [9], [5], axis=0) -> Resize(%0, none, none, _, mode=linear, coordinate_transformation_mode=half_pixel) -> Transpose(_, perm=[0 2 3 1]):nx9x5x2',
    ],
  },
  {
    kernel: 'ResizeBilinearGrad',
    inputs: { ...image, dy: { shape: ['n', 7, 5, 2] } },
    fn: grad('ResizeBilinearGrad', false),
    graph:
      'Reshape(dy, [-1 7 10]) -> MatMul(const:4x7, _) -> Reshape(_, [-1 4 5 2]) -> MatMul(const:6x5, _) -> Reshape(_, [-1 6 4 2]):nx6x4x2',
  },
  {
    kernel: 'ResizeNearestNeighbor',
    inputs: image,
    fn: (x: Image) => tf.image.resizeNearestNeighbor(x, [8, 12]),
    graph: 'Gather(x, [0 0 1 1 2 2 3 3], axis=1) -> Gather(_, const:12, axis=2):nx8x12x2',
    repaired: true,
  },
  {
    kernel: 'ResizeNearestNeighbor',
    name: 'with aligned corners',
    inputs: image,
    fn: (x: Image) => tf.image.resizeNearestNeighbor(x, [7, 4], true),
    graph: 'Gather(x, [0 1 1 2 2 3 3], axis=1) -> Gather(_, [0 2 3 5], axis=2):nx7x4x2',
  },
  {
    kernel: 'ResizeNearestNeighbor',
    name: 'with half-pixel centres',
    inputs: { x: { ...image.x, dtype: 'int32' } },
    fn: (x: Image) => tf.image.resizeNearestNeighbor(x, [3, 6], false, true),
    graph: 'Gather(x, [0 2 3], axis=1):int32 nx3x6x2',
  },
  {
    kernel: 'ResizeNearestNeighborGrad',
    // tfjs 4.22 reads the rows of later images at the wrong place.
    inputs: { x: { shape: [1, 4, 6, 2] }, dy: { shape: [1, 7, 4, 2] } },
    fn: grad('ResizeNearestNeighborGrad', true),
    graph: 'Reshape(dy, [1 7 8]) -> MatMul(const:4x7, _) -> Reshape(_, [1 4 4 2]) -> MatMul(const:6x4, _):1x4x6x2',
  },
  {
    kernel: 'SpaceToBatchND',
    inputs: image,
    fn: (x: Image) =>
      tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [1, 1],
          [0, 0],
        ],
      ),
    graph:
      'Pad(x, [0 1 0 0 0 1 0 0], 0) -> Reshape(_, [-1 3 2 2 3 2]) -> Transpose(_, perm=[2 4 0 1 3 5]) -> Reshape(_, [-1 3 2 2]):6*nx3x2x2',
    gradient: [
      '%0 = Pad(x, [0 1 0 0 0 1 0 0], 0) -> Reshape(_, [-1 3 2 2 3 2]) -> Transpose(_, perm=[2 4 0 1 3 5]) -> Reshape(_, [-1 3 2 2]):6*nx3x2x2',
      'Add(%0, %0) -> Reshape(_, [2 3 -1 3 2 2]) -> Transpose(_, perm=[2 3 0 4 1 5]) -> Reshape(_, [-1 6 6 2]) -> Slice(_, [1], [5], [1]):nx4x6x2',
    ],
  },
  {
    kernel: 'BatchToSpaceND',
    inputs: { x: { shape: ['n', 2, 3, 2] } },
    fn: (x: Image) =>
      tf.batchToSpaceND(
        tf.concat([x, tf.mul(x, 2)], 0),
        [1, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    graph:
      'Mul(x, 2) -> Concat(x, _, axis=0) -> Reshape(_, [1 2 -1 2 3 2]) -> Transpose(_, perm=[2 3 0 4 1 5]) -> Reshape(_, [-1 2 6 2]) -> Slice(_, [1], [end], [2]):nx2x5x2',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = Mul(x, 2) -> Concat(x, _, axis=0) -> Reshape(_, [1 2 -1 2 3 2]) -> Transpose(_, perm=[2 3 0 4 1 5]) -> Reshape(_, [-1 2 6 2]) -> Slice(_, [1], [end], [2]):nx2x5x2',
      '%2 = Add(%1, %1) -> Pad(_, [0 0 1 0 0 0 0 0], 0) -> Reshape(_, [-1 2 1 3 2 2]) -> Transpose(_, perm=[2 4 0 1 3 5]) -> Reshape(_, [-1 2 3 2]):2*nx2x3x2',
      '%3, %4 = Concat(%0, %0, axis=0) -> Split(%2, _, axis=0):nx2x3x2, nx2x3x2',
      'Mul(%4, 2) -> Add(%3, _):nx2x3x2',
    ],
  },
  {
    kernel: 'DepthToSpace',
    inputs: { x: { shape: ['n', 2, 3, 8] } },
    fn: (x: Image) => tf.depthToSpace(x, 2),
    graph: 'x -> Transpose(_, perm=[0 3 1 2]) -> DepthToSpace(_, blocksize=2, mode=DCR) -> Transpose(_, perm=[0 2 3 1]):nx4x6x2',
  },
];
