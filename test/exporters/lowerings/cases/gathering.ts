import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { below } from '../../../support/values.ts';

const cube = { x: { shape: ['n', 3, 4] } } as const;
const ints = { x: { shape: ['n', 4], dtype: 'int32' } } as const;
type T = tf.Tensor;

export const gathering: readonly LoweringCase[] = [
  {
    kernel: 'OneHot',
    inputs: { x: { shape: ['n'], dtype: 'int32' } },
    fn: (x: T) => tf.oneHot(x as tf.Tensor1D, 3),
    graph: 'Reshape(x, [-1 1]) -> Equal(_, [0 1 2]) -> Cast(_, to=int32):int32 nx3',
  },
  {
    kernel: 'OneHot',
    name: 'with other values',
    inputs: ints,
    fn: (x: T) => tf.oneHot(x, 3, 0.9, 0.05, 'float32'),
    graph: 'Reshape(x, [-1 4 1]) -> Equal(_, [0 1 2]) -> Where(_, 0.9, 0.05):nx4x3',
  },
  {
    kernel: 'Diag',
    inputs: { x: { shape: [2, 3] } },
    fn: (x: T) => tf.diag(x),
    graph: 'Reshape(x, [6]) -> Where(const:6x6, _, 0) -> Reshape(_, [2 3 2 3]):2x3x2x3',
  },
  {
    kernel: 'GatherV2',
    inputs: { x: { shape: ['n', 5] }, i: { shape: [2, 3], dtype: 'int32', values: below(5) } },
    fn: (x: T, i: T) => tf.gather(x, i, 1),
    graph: 'Gather(x, i, axis=1):nx2x3',
  },
  {
    kernel: 'GatherV2',
    name: 'rows of a table',
    inputs: { x: { shape: [5, 2] }, i: { shape: ['n'], dtype: 'int32', values: below(5) } },
    fn: (x: T, i: tf.Tensor1D) => tf.gather(x, i),
    graph: 'Gather(x, i, axis=0):nx2',
    gradient: [
      '%0 = Gather(x, i, axis=0):nx2',
      '%1 = Add(%0, %0):nx2',
      '%2 = i -> Cast(_, to=int64) -> Unsqueeze(_, [-1]):int64 ?',
      '%3 = Less(%2, [0]):bool ?',
      '%4 = GreaterOrEqual(%2, [5]) -> Or(%3, _) -> Where(_, [5], %2):int64 ?',
      'Expand(0, [6 2]) -> ScatterND(_, %4, %1, reduction=add) -> Slice(_, [0], [5], [0]):5x2',
    ],
  },
  {
    kernel: 'GatherV2',
    name: 'known columns',
    inputs: cube,
    fn: (x: T) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1),
    graph: 'Gather(x, [2 0 2], axis=1):nx3x4',
    gradient: [
      '%0 = x -> Shape(_, start=0, end=1):int64 ?',
      '%1 = Gather(x, [2 0 2], axis=1):nx3x4',
      '%2 = Add(%1, %1) -> Transpose(_, perm=[1 0 2]):3xnx4',
      '%3 = Unsqueeze([2 0 2], [-1]):int64 ?',
      'Concat([3], %0, [4], axis=0) -> Expand(0, _) -> ScatterND(_, %3, %2, reduction=add) -> Transpose(_, perm=[1 0 2]):nx3x4',
    ],
  },
  {
    kernel: 'GatherV2',
    name: 'with batch dimensions',
    inputs: { x: { shape: ['n', 2, 3] }, i: { shape: ['n', 4], dtype: 'int32', values: below(3) } },
    fn: (x: T, i: T) => tf.gather(x, i, 2, 1),
    graph: [
      '%0 = x -> Transpose(_, perm=[0 2 1]):nx3x2',
      'i -> Cast(_, to=int64) -> Unsqueeze(_, [-1]) -> GatherND(%0, _, batch_dims=1) -> Transpose(_, perm=[0 2 1]):nx2x4',
    ],
  },
  {
    kernel: 'GatherNd',
    inputs: { x: { shape: [4, 3, 2] }, i: { shape: ['n', 2], dtype: 'int32', values: below(3) } },
    fn: (x: T, i: T) => tf.gatherND(x, i),
    graph: 'i -> Cast(_, to=int64) -> GatherND(x, _):nx2',
  },
  {
    kernel: 'ScatterNd',
    inputs: { i: { shape: ['n', 1], dtype: 'int32', values: below(4) }, u: { shape: ['n', 2] } },
    fn: (i: T, u: T) => tf.scatterND(i as tf.Tensor2D, u, [4, 2]),
    graph: ['%0 = Expand(0, [4 2]):?', 'i -> Cast(_, to=int64) -> ScatterND(%0, _, u, reduction=add):4x2'],
  },
  {
    kernel: 'ScatterNd',
    name: 'of integers',
    inputs: { i: { shape: ['n', 1], dtype: 'int32', values: below(4) }, u: { shape: ['n'], dtype: 'int32' } },
    fn: (i: T, u: T) => tf.scatterND(i as tf.Tensor2D, u, [4]),
    graph: ['%0 = Expand(0, [4]):int32 ?', 'i -> Cast(_, to=int64) -> ScatterND(%0, _, u, reduction=add):int32 4'],
  },
  {
    kernel: 'TensorScatterUpdate',
    inputs: { x: { shape: ['n', 2] }, u: { shape: [1, 2] } },
    fn: (x: T, u: T) => tf.tensorScatterUpdate(x, tf.tensor2d([[0]], [1, 1], 'int32'), u),
    graph: 'ScatterND(x, [0], u):nx2',
  },
  {
    kernel: 'SparseToDense',
    inputs: { i: { shape: [3], dtype: 'int32', values: (i) => 2 * i }, v: { shape: [3] } },
    fn: (i: T, v: T) => tf.sparseToDense(i as tf.Tensor1D, v, [6], -1),
    graph: ['%0 = Reshape(i, [3 1]):int32 3x1', '%1 = Expand(-1, [6]):?', '%0 -> Cast(_, to=int64) -> ScatterND(%1, _, v):6'],
  },
  {
    kernel: 'SparseToDense',
    name: 'one value for all',
    inputs: { i: { shape: [2, 2], dtype: 'int32', values: (i) => i % 3 }, v: { shape: [] } },
    fn: (i: T, v: T) => tf.sparseToDense(i as tf.Tensor2D, v, [3, 3], 0.5),
    graph: ['%0 = Expand(v, [2]):?', '%1 = Expand(0.5, [3 3]):?', 'i -> Cast(_, to=int64) -> ScatterND(%1, _, %0):3x3'],
  },
  {
    kernel: 'UnsortedSegmentSum',
    inputs: { x: { shape: ['n', 2] }, ids: { shape: ['n'], dtype: 'int32', values: (_i, draw) => Math.round(2 * draw) } },
    fn: (x: T, ids: tf.Tensor1D) => tf.unsortedSegmentSum(x, ids, 3),
    graph: [
      '%0 = ids -> Cast(_, to=int64) -> Unsqueeze(_, [-1]):int64 ?',
      '%1 = Less(%0, [0]):bool ?',
      '%2 = GreaterOrEqual(%0, [3]) -> Or(%1, _) -> Where(_, [3], %0):int64 ?',
      'Expand(0, [4 2]) -> ScatterND(_, %2, x, reduction=add) -> Slice(_, [0], [3], [0]):3x2',
    ],
  },
  {
    kernel: 'UnsortedSegmentSum',
    name: 'of valid ids',
    inputs: { x: { shape: ['n', 2] }, ids: { shape: ['n'], dtype: 'int32', values: below(3) } },
    fn: (x: T, ids: tf.Tensor1D) => tf.unsortedSegmentSum(x, ids, 3),
    graph: [
      '%0 = ids -> Cast(_, to=int64) -> Unsqueeze(_, [-1]):int64 ?',
      '%1 = Less(%0, [0]):bool ?',
      '%2 = GreaterOrEqual(%0, [3]) -> Or(%1, _) -> Where(_, [3], %0):int64 ?',
      'Expand(0, [4 2]) -> ScatterND(_, %2, x, reduction=add) -> Slice(_, [0], [3], [0]):3x2',
    ],
    gradient: [
      '%0 = ids -> Cast(_, to=int64) -> Unsqueeze(_, [-1]):int64 ?',
      '%1 = Less(%0, [0]):bool ?',
      '%2 = GreaterOrEqual(%0, [3]) -> Or(%1, _) -> Where(_, [3], %0):int64 ?',
      '%3 = Expand(0, [4 2]) -> ScatterND(_, %2, x, reduction=add) -> Slice(_, [0], [3], [0]):3x2',
      '%4 = Add(%3, %3):3x2',
      '%5 = Max(ids, 0) -> Gather(%4, _, axis=0):nx2',
      'GreaterOrEqual(ids, 0) -> Reshape(_, [-1 1]) -> Where(_, %5, 0):nx2',
    ],
  },
  {
    kernel: 'GatherV2',
    name: 'along the last axis',
    inputs: { x: { shape: ['n', 2, 3] } },
    fn: (x: T) => tf.gather(x, tf.tensor1d([2, 1], 'int32'), -1),
    graph: 'Gather(x, [2 1], axis=2):nx2x2',
  },
];
