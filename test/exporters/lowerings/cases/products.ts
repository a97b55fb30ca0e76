import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { positive, runKernel } from '../../../support/values.ts';

type M = tf.Tensor2D;

const matrices = { a: { shape: ['n', 3] }, b: { shape: [3, 4] } } as const;
const stacks = { a: { shape: ['n', 2, 3] }, b: { shape: ['n', 3, 4] } } as const;
const images = { shape: ['n', 3, 3, 5] } as const;
const statistics = {
  mean: { shape: [5] },
  variance: { shape: [5], values: positive },
  offset: { shape: [5] },
  scale: { shape: [5] },
} as const;

export const products: readonly LoweringCase[] = [
  {
    kernel: 'BatchMatMul',
    inputs: matrices,
    fn: (a: M, b: M) => tf.matMul(a, b),
    graph: 'MatMul(a, b):nx4',
    gradient: ['%0 = MatMul(a, b):nx4', '%1 = Add(%0, %0):nx4', 'd_a = Gemm(%1, b, transB=1):nx3', 'd_b = Gemm(a, %1, transA=1):3x4'],
  },
  {
    kernel: 'BatchMatMul',
    name: 'of stacks',
    inputs: stacks,
    fn: (a: M, b: M) => tf.matMul(a, b),
    graph: 'MatMul(a, b):nx2x4',
    gradient: [
      '%0 = MatMul(a, b):nx2x4',
      '%1 = Add(%0, %0):nx2x4',
      'd_a = b -> Transpose(_, perm=[0 2 1]) -> MatMul(%1, _):nx2x3',
      'd_b = a -> Transpose(_, perm=[0 2 1]) -> MatMul(_, %1):nx3x4',
    ],
  },
  {
    kernel: 'BatchMatMul',
    name: 'transposed',
    inputs: { a: { shape: ['n', 3, 2] }, b: { shape: ['n', 4, 3] } },
    fn: (a: M, b: M) => tf.matMul(a, b, true, true),
    graph: ['%0 = a -> Transpose(_, perm=[0 2 1]):?', 'b -> Transpose(_, perm=[0 2 1]) -> MatMul(%0, _):nx2x4'],
  },
  {
    kernel: 'BatchMatMul',
    name: 'of integers',
    inputs: { a: { shape: ['n', 3], dtype: 'int32' }, b: { shape: [4, 3], dtype: 'int32' } },
    fn: (a: M, b: M) => tf.matMul(a, b, false, true),
    graph: 'b -> Transpose(_, perm=[1 0]) -> MatMul(a, _):int32 nx4',
  },
  {
    kernel: '_FusedMatMul',
    inputs: { ...matrices, bias: { shape: [4] } },
    fn: (a: M, b: M, bias: tf.Tensor1D) => tf.fused.matMul({ a, b, bias, activation: 'relu' }),
    graph: 'Gemm(a, b, bias) -> Relu:nx4',
    gradient: [
      '%0 = Gemm(a, b, bias):nx4',
      '%1 = %0 -> Relu:nx4',
      '%2 = Add(%1, %1):nx4',
      '%3 = Greater(%0, 0) -> Cast(_, to=float32) -> Mul(%2, _):nx4',
      'd_bias = ReduceSum(%3, [0], keepdims=0):4',
      'd_a = Gemm(%3, b, transB=1):nx3',
      'd_b = Gemm(a, %3, transA=1):3x4',
    ],
  },
  {
    kernel: '_FusedMatMul',
    name: 'with a prelu',
    inputs: { ...matrices, slope: { shape: [4] } },
    fn: (a: M, b: M, slope: tf.Tensor1D) => tf.fused.matMul({ a, b, activation: 'prelu', preluActivationWeights: slope }),
    graph: 'MatMul(a, b) -> PRelu(_, slope):nx4',
  },
  {
    kernel: 'Einsum',
    inputs: { a: { shape: ['n', 2, 3] }, b: { shape: [3, 4] } },
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.einsum('nij,jk->nik', a, b),
    graph: 'Einsum(a, b, equation=nij,jk->nik):nx2x4',
  },
  {
    kernel: 'FusedBatchNorm',
    inputs: { x: images, ...statistics },
    fn: (x: tf.Tensor4D, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
      tf.batchNorm(x, mean, variance, offset, scale, 1e-3),
    graph: [
      '%0 = Add(variance, 0.001) -> Sqrt -> Reciprocal -> Mul(scale, _):5',
      '%1 = Mul(mean, %0) -> Sub(offset, _):5',
      'Mul(x, %0) -> Add(_, %1):nx3x3x5',
    ],
    gradient: [
      '%0 = Add(variance, 0.001) -> Sqrt -> Reciprocal:5',
      '%1 = Mul(scale, %0):5',
      '%2 = Mul(mean, %1) -> Sub(offset, _):5',
      '%3 = Mul(x, %1) -> Add(_, %2):nx3x3x5',
      '%4 = Add(%3, %3):nx3x3x5',
      '%5 = Sub(x, mean):nx3x3x5',
      '%6 = Mul(%4, scale):nx3x3x5',
      '%7 = Mul(%0, %0) -> Mul(_, %0) -> Mul(_, -0.5):5',
      'd_x = Reshape(%0, [1 1 1 5]) -> Mul(%4, _) -> Mul(_, scale):nx3x3x5',
      'd_scale = Mul(%5, %0) -> Mul(%4, _) -> ReduceSum(_, [0 1 2], keepdims=0):5',
      'd_offset = ReduceSum(%4, [0 1 2], keepdims=0):5',
      'd_mean = Mul(%0, -1) -> Mul(_, %6) -> ReduceSum(_, [0 1 2], keepdims=0):5',
      'd_variance = Mul(%7, %5) -> Mul(_, %6) -> ReduceSum(_, [0 1 2], keepdims=0):5',
    ],
  },
  {
    kernel: 'FusedBatchNorm',
    name: 'with known statistics',
    inputs: { x: { shape: ['n', 2] } },
    fn: (x: M) => tf.batchNorm(x, tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([5, 6]), tf.tensor1d([7, 8])),
    graph: 'Reshape(x, [1 1 -1 2]) -> Mul(_, [4.041 4]) -> Add(_, [0.9592 -1.999]) -> Reshape(_, [-1 2]):nx2',
    gradient: [
      '%0 = Reshape(x, [1 1 -1 2]) -> Mul(_, [4.041 4]) -> Add(_, [0.9592 -1.999]) -> Reshape(_, [-1 2]):nx2',
      'Add(%0, %0) -> Reshape(_, [1 1 -1 2]) -> Mul(_, [0.5773 0.4999]) -> Mul(_, [7 8]) -> Reshape(_, [-1 2]):nx2',
    ],
  },
  {
    kernel: 'LRN',
    inputs: { x: images },
    fn: (x: tf.Tensor4D) => tf.localResponseNormalization(x, 1, 1.5, 0.7, 0.6),
    graph:
      'x -> Transpose(_, perm=[0 3 1 2]) -> LRN(_, size=3, alpha=2.0999999999999996, beta=0.6, bias=1.5) -> Transpose(_, perm=[0 2 3 1]):nx3x3x5',
    gradient: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]) -> LRN(_, size=3, alpha=2.0999999999999996, beta=0.6, bias=1.5) -> Transpose(_, perm=[0 2 3 1]):nx3x3x5',
      '%1 = Add(%0, %0):nx3x3x5',
      '%2 = Mul(x, x) -> MatMul(_, const:5x5) -> Mul(_, 0.7) -> Add(_, 1.5):?',
      '%3 = Mul(%1, %0) -> Div(_, %2) -> MatMul(_, const:5x5):?',
      '%4 = Pow(%2, -0.6) -> Mul(%1, _):?',
      'Mul(x, %3) -> Mul(_, 0.84) -> Sub(%4, _):nx3x3x5',
    ],
  },
  {
    kernel: 'LRNGrad',
    inputs: { x: images, dy: images },
    fn: (x: tf.Tensor4D, dy: tf.Tensor) => {
      const attributes = { depthRadius: 2, bias: 1.5, alpha: 0.7, beta: 0.6 };
      return runKernel('LRNGrad', { x, y: tf.localResponseNormalization(x, 2, 1.5, 0.7, 0.6), dy }, attributes);
    },
    graph: [
      '%0 = x -> Transpose(_, perm=[0 3 1 2]) -> LRN(_, size=5, alpha=3.5, beta=0.6, bias=1.5) -> Transpose(_, perm=[0 2 3 1]):nx3x3x5',
      '%1 = Mul(x, x) -> MatMul(_, const:5x5) -> Mul(_, 0.7) -> Add(_, 1.5):?',
      '%2 = Mul(dy, %0) -> Div(_, %1) -> MatMul(_, const:5x5):?',
      '%3 = Pow(%1, -0.6) -> Mul(dy, _):?',
      'Mul(x, %2) -> Mul(_, 0.84) -> Sub(%3, _):nx3x3x5',
    ],
  },
];
