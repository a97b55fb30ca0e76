import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { distinct, signedIntegers } from '../../../support/values.ts';

const cube = { x: { shape: ['n', 2, 3] } } as const;
const row = { x: { shape: ['n', 4] } } as const;
const spaced = { x: { shape: ['n', 4], values: distinct } } as const;
const ints = { x: { shape: ['n', 4], dtype: 'int32', values: signedIntegers } } as const;
const bools = { x: { shape: ['n', 4], dtype: 'bool' } } as const;

export const reducing: readonly LoweringCase[] = [
  {
    kernel: 'Sum',
    inputs: cube,
    fn: (x: tf.Tensor) => tf.sum(x, [0, 2]),
    graph: 'ReduceSum(x, [0 2], keepdims=0):2',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1) -> Concat(_, [2], [3], axis=0):int64 ?',
      '%1 = ReduceSum(x, [0 2], keepdims=0):2',
      'Add(%1, %1) -> Reshape(_, [1 2 1]) -> Expand(_, %0):nx2x3',
    ],
  },
  {
    kernel: 'Sum',
    name: 'of all, keeping axes',
    inputs: cube,
    fn: (x: tf.Tensor) => tf.sum(x, undefined, true),
    graph: 'x -> ReduceSum(_, keepdims=1):1x1x1',
  },
  {
    kernel: 'Sum',
    name: 'of booleans counts',
    inputs: bools,
    fn: (x: tf.Tensor) => tf.sum(x, 1),
    graph: 'x -> Cast(_, to=int32) -> ReduceSum(_, [1], keepdims=0):int32 n',
  },
  { kernel: 'Sum', name: 'of integers', inputs: ints, fn: (x: tf.Tensor) => tf.sum(x, 0), graph: 'ReduceSum(x, [0], keepdims=0):int32 4' },
  {
    kernel: 'Mean',
    inputs: cube,
    fn: (x: tf.Tensor) => tf.mean(x, [1, 2]),
    graph: 'ReduceMean(x, [1 2], keepdims=0):n',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1) -> Concat(_, [2], [3], axis=0):int64 ?',
      '%1 = ReduceMean(x, [1 2], keepdims=0):n',
      'Add(%1, %1) -> Reshape(_, [-1 1 1]) -> Div(_, 6) -> Expand(_, %0):nx2x3',
    ],
  },
  {
    kernel: 'Mean',
    name: 'over the batch',
    inputs: row,
    fn: (x: tf.Tensor) => tf.mean(x, 0),
    graph: 'ReduceMean(x, [0], keepdims=0):4',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = Concat(%0, [4], axis=0):int64 ?',
      '%2 = %0 -> Cast(_, to=float32) -> Reshape(_, []):scalar',
      '%3 = ReduceMean(x, [0], keepdims=0):4',
      'Add(%3, %3) -> Reshape(_, [1 4]) -> Div(_, %2) -> Expand(_, %1):nx4',
    ],
  },
  {
    kernel: 'Mean',
    name: 'of integers is a float',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.mean(x, -1),
    graph: 'x -> Cast(_, to=float32) -> ReduceMean(_, [-1], keepdims=0):n',
  },
  {
    kernel: 'Max',
    inputs: { x: { shape: ['n', 2, 3], values: distinct } },
    fn: (x: tf.Tensor) => tf.max(x, 1),
    graph: 'ReduceMax(x, [1], keepdims=0):nx3',
    gradient: [
      '%0 = ReduceMax(x, [1], keepdims=0):nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = Reshape(%0, [-1 1 3]):nx1x3',
      '%3 = Reshape(%1, [-1 1 3]):nx1x3',
      'Equal(x, %2) -> Cast(_, to=float32) -> Mul(%3, _):nx2x3',
    ],
  },
  {
    kernel: 'Max',
    name: 'of integers over the batch',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.max(x, 0, true),
    graph: 'ReduceMax(x, [0], keepdims=1):int32 1x4',
  },
  {
    kernel: 'Max',
    name: 'of booleans',
    inputs: bools,
    fn: (x: tf.Tensor) => tf.max(x, 1),
    graph: 'x -> Cast(_, to=int32) -> ReduceMax(_, [1], keepdims=0) -> Cast(_, to=bool):bool n',
  },
  {
    kernel: 'Min',
    inputs: spaced,
    fn: (x: tf.Tensor) => tf.min(x, -1),
    graph: 'ReduceMin(x, [-1], keepdims=0):n',
    gradient: [
      '%0 = ReduceMin(x, [-1], keepdims=0):n',
      '%1 = Add(%0, %0):n',
      '%2 = Reshape(%0, [-1 1]):nx1',
      '%3 = Reshape(%1, [-1 1]):nx1',
      'Equal(x, %2) -> Cast(_, to=float32) -> Mul(%3, _):nx4',
    ],
  },
  {
    kernel: 'Prod',
    inputs: row,
    fn: (x: tf.Tensor) => tf.prod(x, 1),
    graph: 'ReduceProd(x, [1], keepdims=0):n',
    gradient: [
      '%0 = ReduceProd(x, [1], keepdims=0):n',
      '%1 = Add(%0, %0) -> Reshape(_, [-1 1]):nx1',
      '%2 = Pad(x, [0 1 0 -1], 1):?',
      '%3 = Pad(%2, [0 1 0 -1], 1) -> Mul(%2, _):?',
      '%4 = Pad(%3, [0 2 0 -2], 1) -> Mul(%3, _):nx4',
      '%5 = Pad(x, [0 -1 0 1], 1):?',
      '%6 = Pad(%5, [0 -1 0 1], 1) -> Mul(%5, _):?',
      'Pad(%6, [0 -2 0 2], 1) -> Mul(%6, _) -> Mul(%4, _) -> Mul(%1, _):nx4',
    ],
  },
  {
    kernel: 'Prod',
    name: 'of integers',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.prod(x, 1),
    graph: 'ReduceProd(x, [1], keepdims=0):int32 n',
  },
  {
    kernel: 'All',
    inputs: bools,
    fn: (x: tf.Tensor) => tf.all(x, 1),
    graph: 'x -> Cast(_, to=int32) -> ReduceMin(_, [1], keepdims=0) -> Cast(_, to=bool):bool n',
  },
  {
    kernel: 'Any',
    inputs: bools,
    fn: (x: tf.Tensor) => tf.any(x, 1, true),
    graph: 'x -> Cast(_, to=int32) -> ReduceMax(_, [1], keepdims=1) -> Cast(_, to=bool):bool nx1',
  },
  {
    kernel: 'ArgMax',
    inputs: spaced,
    fn: (x: tf.Tensor) => tf.argMax(x, 1),
    graph: 'x -> ArgMax(_, axis=1, keepdims=0) -> Cast(_, to=int32):int32 n',
  },
  {
    kernel: 'ArgMax',
    name: 'takes the first of equals',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.argMax(x, -1),
    graph: 'x -> ArgMax(_, axis=-1, keepdims=0) -> Cast(_, to=int32):int32 n',
  },
  {
    kernel: 'ArgMin',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.argMin(x, 1),
    graph: 'x -> ArgMin(_, axis=1, keepdims=0) -> Cast(_, to=int32):int32 n',
  },
];
