import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';

const row = { x: { shape: ['n', 4] } } as const;
const cube = { x: { shape: ['n', 3, 4] } } as const;
const ints = { x: { shape: ['n', 4], dtype: 'int32' } } as const;
const bools = { x: { shape: ['n', 4], dtype: 'bool' } } as const;

type T = tf.Tensor;

const parts = (list: readonly T[]): Record<string, T> => Object.fromEntries(list.map((part, i) => [`part${i}`, part]));

export const slicing: readonly LoweringCase[] = [
  {
    kernel: 'Reverse',
    inputs: cube,
    fn: (x: T) => tf.reverse(x, [0, 2]),
    graph: 'Slice(x, [-1 -1], [end end], [0 2], [-1 -1]):nx3x4',
    gradient: [
      '%0 = Slice(x, [-1 -1], [end end], [0 2], [-1 -1]):nx3x4',
      'Add(%0, %0) -> Slice(_, [-1 -1], [end end], [0 2], [-1 -1]):nx3x4',
    ],
  },
  {
    kernel: 'Reverse',
    name: 'of all axes',
    inputs: ints,
    fn: (x: T) => tf.reverse(x),
    graph: 'Slice(x, [-1 -1], [end end], [0 1], [-1 -1]):int32 nx4',
  },
  {
    kernel: 'FlipLeftRight',
    inputs: { x: { shape: ['n', 2, 3, 1] } },
    fn: (x: tf.Tensor4D) => tf.image.flipLeftRight(x),
    graph: 'Slice(x, [-1], [end], [2], [-1]):nx2x3x1',
  },
  {
    kernel: 'Slice',
    inputs: cube,
    fn: (x: T) => tf.slice(x, [0, 1, 2], [-1, 2, 1]),
    graph: 'Slice(x, [1 2], [end 3], [1 2]):nx2x1',
    gradient: ['%0 = Slice(x, [1 2], [end 3], [1 2]):nx2x1', 'Add(%0, %0) -> Pad(_, [0 1 2 0 0 1], 0):nx3x4'],
  },
  {
    kernel: 'Slice',
    name: 'of the batch',
    inputs: row,
    fn: (x: T) => tf.slice(x, 0, x.shape[0] - 1),
    graph: 'x -> Shape(_, start=0, end=1) -> Add(_, [-1]) -> Slice(x, [0], _, [0]):n+-1x4',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1) -> Add(_, [-1]) -> Slice(x, [0], _, [0]):n+-1x4',
      'Add(%0, %0) -> Pad(_, [0 0 1 0], 0):nx4',
    ],
  },
  {
    kernel: 'Slice',
    name: 'from the middle of the batch',
    inputs: bools,
    fn: (x: T) => tf.slice(x, [x.shape[0] - 1, 1], [1, 2]),
    graph: 'x -> Shape(_, start=0, end=1) -> Add(_, [-1]) -> Concat(_, [1], axis=0) -> Slice(x, _, [end 3], [0 1]):bool 1x2',
  },
  {
    kernel: 'StridedSlice',
    inputs: cube,
    fn: (x: T) => tf.stridedSlice(x, [0, 2, 3], [0, -5, 0], [1, -1, -2], 1, 0b11),
    graph: 'Slice(x, [2 3], [end 0], [1 2], [-1 -2]):nx3x2',
  },
  {
    kernel: 'StridedSlice',
    name: 'with an ellipsis, a new axis and a dropped one',
    inputs: cube,
    fn: (x: T) => tf.stridedSlice(x, [0, 0, -1], [0, 0, 0], [1, 1, 1], 0, 0, 0b1, 0b10, 0b100),
    graph: 'Slice(x, [-1], [end], [2], [1]) -> Reshape(_, [-1 3 1]):nx3x1',
  },
  { kernel: 'StridedSlice', name: 'of nothing', inputs: row, fn: (x: T) => tf.stridedSlice(x, [0], [0], [1], 1, 1), graph: 'return x' },
  {
    kernel: 'StridedSlice',
    name: 'of the last of the batch',
    inputs: row,
    fn: (x: T) => tf.stridedSlice(x, [x.shape[0] - 1, 1], [0, 3], [1, 1], 0, 0, 0, 0, 1),
    graph: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = Add(%0, [-1]) -> Concat(_, [1], axis=0):int64 ?',
      'Concat(%0, [3], axis=0) -> Slice(x, %1, _, [0 1], [1 1]) -> Reshape(_, [2]):2',
    ],
  },
  {
    kernel: 'Unpack',
    inputs: { x: { shape: ['n', 3, 2] } },
    fn: (x: T) => parts(tf.unstack(x, 1)),
    graph: [
      '%0, %1, %2 = x -> Split(_, axis=1, num_outputs=3):?, ?, ?',
      'part0 = Reshape(%0, [-1 2]):nx2',
      'part1 = Reshape(%1, [-1 2]):nx2',
      'part2 = Reshape(%2, [-1 2]):nx2',
    ],
    gradient: [
      '%0, %1, %2 = x -> Split(_, axis=1, num_outputs=3):?, ?, ?',
      '%3 = Reshape(%0, [-1 2]):nx2',
      '%4 = Reshape(%1, [-1 2]):nx2',
      '%5 = Reshape(%2, [-1 2]):nx2',
      '%6 = Add(%5, %5):nx2',
      '%7 = Add(%4, %4):nx2',
      '%8 = Add(%3, %3) -> Reshape(_, [-1 1 2]):nx1x2',
      '%9 = Reshape(%7, [-1 1 2]):nx1x2',
      'Reshape(%6, [-1 1 2]) -> Concat(%8, %9, _, axis=1):nx3x2',
    ],
  },
  {
    kernel: 'Unpack',
    name: 'of one',
    inputs: { x: { shape: ['n', 1, 2] } },
    fn: (x: T) => tf.unstack(x, 1)[0],
    graph: 'Reshape(x, [-1 2]):nx2',
  },
  {
    kernel: 'SplitV',
    inputs: row,
    fn: (x: T) => parts(tf.split(x, [1, 3], 1)),
    graph: 'part0, part1 = Split(x, [1 3], axis=1):nx1, nx3',
    gradient: ['%0, %1 = Split(x, [1 3], axis=1):nx1, nx3', '%2 = Add(%1, %1):nx3', 'Add(%0, %0) -> Concat(_, %2, axis=1):nx4'],
  },
  {
    kernel: 'SplitV',
    name: 'of the batch',
    inputs: row,
    fn: (x: T) => parts(tf.split(x, [1, x.shape[0] - 1])),
    graph: 'part0, part1 = x -> Shape(_, start=0, end=1) -> Add(_, [-1]) -> Concat([1], _, axis=0) -> Split(x, _, axis=0):1x4, n+-1x4',
  },
  {
    kernel: 'PadV2',
    inputs: cube,
    fn: (x: T) =>
      tf.pad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 1],
        ],
        0.5,
      ),
    graph: 'Pad(x, [0 1 0 0 2 1], 0.5):nx6x5',
    gradient: ['%0 = Pad(x, [0 1 0 0 2 1], 0.5):nx6x5', 'Add(%0, %0) -> Slice(_, [1 0], [4 4], [1 2]):nx3x4'],
  },
  {
    kernel: 'PadV2',
    name: 'of the batch, integers',
    inputs: ints,
    fn: (x: T) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 0],
        ],
        7,
      ),
    graph: 'Pad(x, [1 0 0 0], 7):int32 n+1x4',
  },
  {
    kernel: 'MirrorPad',
    inputs: cube,
    fn: (x: T) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 3],
        ],
        'reflect',
      ),
    graph: 'Pad(x, [0 1 0 0 2 3], mode=reflect):nx6x7',
    gradient: ['%0 = Pad(x, [0 1 0 0 2 3], mode=reflect):nx6x7', 'Add(%0, %0) -> Slice(_, [1 0], [4 4], [1 2]):nx3x4'],
  },
  {
    kernel: 'MirrorPad',
    name: 'repeating the border',
    inputs: cube,
    fn: (x: T) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [4, 0],
        ],
        'symmetric',
      ),
    graph: 'Gather(x, [0 0 1 2 2 1], axis=1) -> Gather(_, [3 2 1 0 0 1 2 3], axis=2):nx6x8',
  },
];
