import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { distinct, signedIntegers } from '../../../support/values.ts';

const cube = { x: { shape: ['n', 2, 3] } } as const;
const row = { x: { shape: ['n', 4] } } as const;
const spaced = { x: { shape: ['n', 4], values: distinct } } as const;
const ints = { x: { shape: ['n', 4], dtype: 'int32', values: signedIntegers } } as const;

export const scanning: readonly LoweringCase[] = [
  {
    kernel: 'Cumsum',
    inputs: cube,
    fn: (x: tf.Tensor) => tf.cumsum(x, 2),
    graph: 'CumSum(x, 2):nx2x3',
    gradient: ['%0 = CumSum(x, 2):nx2x3', 'Add(%0, %0) -> CumSum(_, 2, reverse=1):nx2x3'],
  },
  {
    kernel: 'Cumsum',
    name: 'along an outer axis, exclusive and from the end',
    inputs: cube,
    fn: (x: tf.Tensor) => tf.cumsum(x, 1, true, true),
    graph: 'CumSum(x, 1, exclusive=1, reverse=1):nx2x3',
    repaired: true,
  },
  {
    kernel: 'Cumsum',
    name: 'over the batch',
    inputs: { x: { shape: ['n', 2], dtype: 'int32' } },
    fn: (x: tf.Tensor) => tf.cumsum(x, 0),
    graph: 'CumSum(x, 0):int32 nx2',
  },
  {
    kernel: 'Cumprod',
    inputs: { x: { shape: ['n', 5] } },
    fn: (x: tf.Tensor) => tf.cumprod(x, 1),
    graph: [
      '%0 = Pad(x, [0 1 0 -1], 1) -> Mul(x, _):?',
      '%1 = Pad(%0, [0 2 0 -2], 1) -> Mul(%0, _):?',
      'Pad(%1, [0 4 0 -4], 1) -> Mul(%1, _):nx5',
    ],
  },
  {
    kernel: 'Cumprod',
    name: 'exclusive and from the end, of integers',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.cumprod(x, 1, true, true),
    graph: [
      '%0 = Pad(x, [0 -1 0 1], 1):int32 ?',
      '%1 = Pad(%0, [0 -1 0 1], 1) -> Mul(%0, _):int32 ?',
      'Pad(%1, [0 -2 0 2], 1) -> Mul(%1, _):int32 nx4',
    ],
  },
  {
    kernel: 'Softmax',
    inputs: row,
    fn: (x: tf.Tensor) => tf.softmax(x),
    graph: 'x -> Softmax(_, axis=1):nx4',
    gradient: [
      '%0 = x -> Softmax(_, axis=1):nx4',
      '%1 = Add(%0, %0) -> Mul(_, %0):nx4',
      'ReduceSum(%1, [1], keepdims=1) -> Mul(_, %0) -> Sub(%1, _):nx4',
    ],
  },
  {
    kernel: 'Log',
    name: 'in logSoftmax',
    inputs: row,
    fn: (x: tf.Tensor) => tf.logSoftmax(x),
    graph: ['%0 = ReduceMax(x, [1], keepdims=1) -> Sub(x, _):nx4', '%0 -> Exp -> ReduceSum(_, [1], keepdims=1) -> Log -> Sub(%0, _):nx4'],
    gradient: [
      '%0 = ReduceMax(x, [1], keepdims=1) -> Sub(x, _):nx4',
      '%1 = %0 -> Exp -> ReduceSum(_, [1], keepdims=1) -> Log -> Sub(%0, _):nx4',
      '%2 = Add(%1, %1):nx4',
      '%3 = %1 -> Exp:nx4',
      'ReduceSum(%2, [1], keepdims=1) -> Mul(_, %3) -> Sub(%2, _):nx4',
    ],
  },
  {
    kernel: 'Exp',
    name: 'in logSumExp',
    inputs: row,
    fn: (x: tf.Tensor) => tf.logSumExp(x, 1),
    graph: [
      '%0 = ReduceMax(x, [1], keepdims=1):nx1',
      '%1 = Sub(x, %0) -> Exp -> ReduceSum(_, [1], keepdims=0) -> Log:n',
      'Reshape(%0, [-1]) -> Add(_, %1):n',
    ],
    gradient: [
      '%0 = ReduceMax(x, [1], keepdims=1):nx1',
      '%1 = Sub(x, %0) -> Exp:nx4',
      '%2 = ReduceSum(%1, [1], keepdims=0):n',
      '%3 = %2 -> Log:n',
      '%4 = Reshape(%0, [-1]) -> Add(_, %3):n',
      '%5 = Add(%4, %4):n',
      '%6 = Reshape(%5, [-1 1]):nx1',
      '%7 = Div(%5, %2) -> Reshape(_, [-1 1]) -> Mul(_, %1):nx4',
      '%8 = ReduceSum(%7, [1], keepdims=0) -> Neg -> Reshape(_, [-1 1]) -> Add(%6, _):nx1',
      'Equal(x, %0) -> Cast(_, to=float32) -> Mul(%8, _) -> Add(%7, _):nx4',
    ],
  },
  {
    kernel: 'TopK',
    inputs: spaced,
    fn: (x: tf.Tensor) => ({ ...tf.topk(x, 2) }),
    graph: ['values, %0 = TopK(x, [2], axis=-1, largest=1, sorted=1):nx2, int64 ?', 'indices = %0 -> Cast(_, to=int32):int32 nx2'],
  },
  {
    kernel: 'TopK',
    name: 'takes the first of equals',
    inputs: ints,
    fn: (x: tf.Tensor) => ({ ...tf.topk(x, 3) }),
    graph: ['values, %0 = TopK(x, [3], axis=-1, largest=1, sorted=1):int32 nx3, int64 ?', 'indices = %0 -> Cast(_, to=int32):int32 nx3'],
  },
  {
    kernel: 'SearchSorted',
    inputs: { sorted: { shape: ['n', 5], values: (i) => i % 5 }, values: { shape: ['n', 3], values: (_i, draw) => Math.round(3 * draw) } },
    fn: (sorted: tf.Tensor, values: tf.Tensor) => ({
      left: tf.searchSorted(sorted, values),
      right: tf.searchSorted(sorted, values, 'right'),
    }),
    graph: [
      '%0 = Unsqueeze(sorted, [1]):?',
      '%1 = Unsqueeze(values, [2]):?',
      'left = Less(%0, %1) -> Cast(_, to=int32) -> ReduceSum(_, [2], keepdims=0):int32 nx3',
      'right = LessOrEqual(%0, %1) -> Cast(_, to=int32) -> ReduceSum(_, [2], keepdims=0):int32 nx3',
    ],
  },
  {
    kernel: 'Bincount',
    inputs: { x: { shape: ['n'], dtype: 'int32' }, weights: { shape: ['n'] } },
    fn: (x: tf.Tensor1D, weights: tf.Tensor1D) => tf.bincount(x, weights, 3),
    graph: [
      '%0 = Reshape(x, [-1 1]) -> Equal(_, [0 1 2]) -> Cast(_, to=float32):nx3',
      'Reshape(weights, [-1 1]) -> Mul(%0, _) -> ReduceSum(_, [-2], keepdims=0):3',
    ],
  },
  {
    kernel: 'DenseBincount',
    inputs: { x: { shape: ['n', 4], dtype: 'int32' } },
    fn: (x: tf.Tensor2D) => tf.denseBincount(x, [] as unknown as tf.Tensor2D, 3),
    graph: 'Reshape(x, [-1 4 1]) -> Equal(_, [0 1 2]) -> Cast(_, to=float32) -> ReduceSum(_, [-2], keepdims=0):nx3',
  },
  {
    kernel: 'DenseBincount',
    name: 'presence only',
    inputs: { x: { shape: ['n', 4], dtype: 'int32' } },
    fn: (x: tf.Tensor2D) => tf.denseBincount(x, [] as unknown as tf.Tensor2D, 3, true),
    graph: 'Reshape(x, [-1 4 1]) -> Equal(_, [0 1 2]) -> Cast(_, to=int32) -> ReduceMax(_, [-2], keepdims=0) -> Cast(_, to=float32):nx3',
  },
];
