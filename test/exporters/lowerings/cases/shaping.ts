import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';

const row = { x: { shape: ['n', 4] } } as const;
const cube = { x: { shape: ['n', 3, 4] } } as const;
const ints = { x: { shape: ['n', 4], dtype: 'int32' } } as const;
type T = tf.Tensor;

export const shaping: readonly LoweringCase[] = [
  { kernel: 'Identity', inputs: row, fn: (x: T) => tf.clone(x), graph: 'return x' },
  {
    kernel: 'Reshape',
    inputs: cube,
    fn: (x: T) => tf.reshape(x, [-1, 2, 6]),
    graph: 'Reshape(x, [-1 2 6]):nx2x6',
    gradient: ['%0 = Reshape(x, [-1 2 6]):nx2x6', 'Add(%0, %0) -> Reshape(_, [-1 3 4]):nx3x4'],
  },
  { kernel: 'Reshape', name: 'into the batch', inputs: cube, fn: (x: T) => tf.reshape(x, [-1, 4]), graph: 'Reshape(x, [-1 4]):3*nx4' },
  {
    kernel: 'ExpandDims',
    inputs: row,
    fn: (x: T) => tf.expandDims(x, 1),
    graph: 'Reshape(x, [-1 1 4]):nx1x4',
    gradient: ['%0 = Reshape(x, [-1 1 4]):nx1x4', 'Add(%0, %0) -> Reshape(_, [-1 4]):nx4'],
  },
  {
    kernel: 'Transpose',
    inputs: cube,
    fn: (x: T) => tf.transpose(x, [2, 0, 1]),
    graph: 'x -> Transpose(_, perm=[2 0 1]):4xnx3',
    gradient: 'Add(x, x):nx3x4',
  },
  {
    kernel: 'BroadcastTo',
    inputs: { x: { shape: ['n', 1] } },
    fn: (x: T) => tf.broadcastTo(x, [x.shape[0], 3]),
    graph: 'x -> Shape(_, start=0, end=1) -> Concat(_, [3], axis=0) -> Expand(x, _):nx3',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1) -> Concat(_, [3], axis=0) -> Expand(x, _) -> Add(x, _):nx3',
      '%1 = Slice(%0, [0], [1], [1]):nx1',
      '%2 = Slice(%0, [1], [2], [1]) -> Add(%1, _):nx1',
      'Slice(%0, [2], [end], [1]) -> Add(%2, _):nx1',
    ],
  },
  {
    kernel: 'ZerosLike',
    inputs: row,
    fn: (x: T) => tf.zerosLike(x),
    graph: 'x -> Shape(_, start=0, end=1) -> Concat(_, [4], axis=0) -> Expand(0, _):nx4',
  },
  {
    kernel: 'OnesLike',
    inputs: ints,
    fn: (x: T) => tf.onesLike(x),
    graph: 'x -> Shape(_, start=0, end=1) -> Concat(_, [4], axis=0) -> Expand(1, _):int32 nx4',
  },
  {
    kernel: 'Concat',
    inputs: { a: { shape: ['n', 2] }, b: { shape: ['n', 3] } },
    fn: (a: T, b: T) => tf.concat([a, b], 1),
    graph: 'Concat(a, b, axis=1):nx5',
    gradient: ['%0 = Concat(a, b, axis=1):nx5', 'd_a, d_b = Add(%0, %0) -> Split(_, [2 3], axis=1):nx2, nx3'],
  },
  {
    kernel: 'Concat',
    name: 'of batches',
    inputs: { a: { shape: ['n', 2] }, b: { shape: ['n', 2] } },
    fn: (a: T, b: T) => tf.concat([a, b], 0),
    graph: 'Concat(a, b, axis=0):2*nx2',
    gradient: [
      '%0 = a -> Shape(_, start=0, end=1):int64 ?',
      '%1 = Concat(a, b, axis=0):2*nx2',
      '%2 = Add(%1, %1):2*nx2',
      'd_a, d_b = Concat(%0, %0, axis=0) -> Split(%2, _, axis=0):nx2, nx2',
    ],
  },
  {
    kernel: 'Tile',
    inputs: row,
    fn: (x: T) => tf.tile(x, [1, 2]),
    graph: 'Tile(x, [1 2]):nx8',
    gradient: [
      '%0 = Tile(x, [1 2]):nx8',
      '%1 = Add(%0, %0):nx8',
      '%2 = Slice(%1, [0], [4], [1]):nx4',
      'Slice(%1, [4], [end], [1]) -> Add(%2, _):nx4',
    ],
  },
  {
    kernel: 'Tile',
    name: 'by the batch',
    inputs: { x: { shape: ['n'] } },
    fn: (x: T) => tf.tile(tf.reshape(x, [-1, 1]), [1, x.shape[0]]),
    graph: ['%0 = Reshape(x, [-1 1]):nx1', '%1 = x -> Shape(_, start=0, end=1):int64 ?', 'Concat(%1, %1, axis=0) -> Expand(%0, _):nxn'],
  },
  {
    kernel: 'Pack',
    inputs: { a: { shape: ['n', 2] }, b: { shape: ['n', 2] } },
    fn: (a: T, b: T) => tf.stack([a, b], 1),
    graph: ['%0 = Reshape(a, [-1 1 2]):nx1x2', 'Reshape(b, [-1 1 2]) -> Concat(%0, _, axis=1):nx2x2'],
    gradient: [
      '%0 = Reshape(a, [-1 1 2]):nx1x2',
      '%1 = Reshape(b, [-1 1 2]) -> Concat(%0, _, axis=1):nx2x2',
      '%2, %3 = Add(%1, %1) -> Split(_, axis=1, num_outputs=2):?, ?',
      'd_a = Reshape(%2, [-1 2]):nx2',
      'd_b = Reshape(%3, [-1 2]):nx2',
    ],
  },
];
