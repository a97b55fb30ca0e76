import * as tf from '@tensorflow/tfjs';
import type { LoweringCase } from '../../../support/loweringCase.ts';
import { halves, nonzeroIntegers, signedIntegers } from '../../../support/values.ts';

const row = { shape: ['n', 3] } as const;

const integers = {
  a: { ...row, dtype: 'int32', values: signedIntegers },
  b: { shape: [3], dtype: 'int32', values: nonzeroIntegers },
} as const;
const booleans = { a: { ...row, dtype: 'bool' }, b: { shape: [3], dtype: 'bool' } } as const;
const ints = { x: { ...row, dtype: 'int32', values: signedIntegers } } as const;
const bool = { x: { ...row, dtype: 'bool' } } as const;

export const dtypes: readonly LoweringCase[] = [
  { kernel: 'LogicalAnd', inputs: booleans, fn: tf.logicalAnd, graph: 'And(a, b):bool nx3' },
  { kernel: 'LogicalOr', inputs: booleans, fn: tf.logicalOr, graph: 'Or(a, b):bool nx3' },
  { kernel: 'LogicalNot', inputs: bool, fn: tf.logicalNot, graph: 'x -> Not:bool nx3' },
  { kernel: 'Abs', name: 'of integers', inputs: ints, fn: tf.abs, graph: 'x -> Abs:int32 nx3' },
  { kernel: 'Neg', name: 'of integers', inputs: ints, fn: tf.neg, graph: 'x -> Neg:int32 nx3' },
  { kernel: 'Sign', name: 'of integers', inputs: ints, fn: tf.sign, graph: 'x -> Sign:int32 nx3' },
  { kernel: 'Relu', name: 'of integers', inputs: ints, fn: tf.relu, graph: 'x -> Relu:int32 nx3' },
  { kernel: 'Relu6', name: 'of integers', inputs: ints, fn: tf.relu6, graph: 'Clip(x, 0, 6):int32 nx3' },
  { kernel: 'Round', name: 'of integers', inputs: ints, fn: tf.round, graph: 'return x' },
  { kernel: 'Square', name: 'of integers', inputs: ints, fn: tf.square, graph: 'Mul(x, x):int32 nx3' },
  {
    kernel: 'Step',
    name: 'of integers',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.step(x),
    graph: 'Greater(x, 0) -> Cast(_, to=int32):int32 nx3',
  },
  { kernel: 'Exp', name: 'of integers is a float', inputs: ints, fn: tf.exp, graph: 'x -> Cast(_, to=float32) -> Exp:nx3' },
  {
    kernel: 'LeakyRelu',
    name: 'of integers is a float',
    inputs: ints,
    fn: (x: tf.Tensor) => tf.leakyRelu(x),
    graph: 'x -> Cast(_, to=float32) -> LeakyRelu(_, alpha=0.2):nx3',
  },
  { kernel: 'IsNan', name: 'of integers', inputs: ints, fn: tf.isNaN, graph: 'x -> Cast(_, to=float32) -> IsNaN:bool nx3' },
  {
    kernel: 'FloorDiv',
    name: 'of integers rounds down',
    inputs: integers,
    fn: tf.div,
    graph: ['%0 = a -> Cast(_, to=float64):float64 nx3', 'b -> Cast(_, to=float64) -> Div(%0, _) -> Floor -> Cast(_, to=int32):int32 nx3'],
  },
  { kernel: 'Mod', name: 'of integers', inputs: integers, fn: tf.mod, graph: 'Mod(a, b):int32 nx3' },
  {
    kernel: 'Pow',
    name: 'of integers',
    inputs: { a: integers.a, b: { shape: [3], dtype: 'int32' } },
    fn: tf.pow,
    graph: 'Pow(a, b):int32 nx3',
  },
  { kernel: 'Add', name: 'of integers', inputs: integers, fn: tf.add, graph: 'Add(a, b):int32 nx3' },
  {
    kernel: 'AddN',
    name: 'of integers',
    inputs: { a: ints.x, b: ints.x, c: ints.x },
    fn: (...all: tf.Tensor[]) => tf.addN(all),
    graph: 'Add(a, b) -> Add(_, c):int32 nx3',
  },
  {
    kernel: 'Maximum',
    name: 'of booleans is an integer',
    inputs: booleans,
    fn: tf.maximum,
    graph: ['%0 = a -> Cast(_, to=int32):int32 nx3', 'b -> Cast(_, to=int32) -> Max(%0, _):int32 nx3'],
  },
  {
    kernel: 'Greater',
    name: 'of booleans',
    inputs: booleans,
    fn: tf.greater,
    graph: ['%0 = a -> Cast(_, to=int32):int32 nx3', 'b -> Cast(_, to=int32) -> Greater(%0, _):bool nx3'],
  },
  { kernel: 'Equal', name: 'of booleans', inputs: booleans, fn: tf.equal, graph: 'Equal(a, b):bool nx3' },
  {
    kernel: 'Select',
    name: 'among booleans',
    inputs: { c: { ...row, dtype: 'bool' }, ...booleans },
    fn: (c: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.where(c, a, b),
    graph: [
      '%0 = Reshape(b, [1 3]):bool 1x3',
      '%1 = a -> Cast(_, to=int32):int32 nx3',
      '%0 -> Cast(_, to=int32) -> Where(c, %1, _) -> Cast(_, to=bool):bool nx3',
    ],
  },
  { kernel: 'BitwiseAnd', inputs: { a: ints.x, b: ints.x }, fn: tf.bitwiseAnd, graph: 'BitwiseAnd(a, b):int32 nx3' },
  {
    kernel: 'Cast',
    name: 'to integers cuts',
    inputs: { x: { ...row, values: (_i, draw) => 3 * draw } },
    fn: (x: tf.Tensor) => tf.cast(x, 'int32'),
    graph: 'x -> Cast(_, to=int32):int32 nx3',
  },
  {
    kernel: 'Cast',
    name: 'to booleans',
    inputs: { x: { ...row, values: halves } },
    fn: (x: tf.Tensor) => tf.cast(x, 'bool'),
    graph: 'x -> Cast(_, to=bool):bool nx3',
  },
  { kernel: 'Cast', name: 'of booleans', inputs: bool, fn: (x: tf.Tensor) => tf.cast(x, 'float32'), graph: 'x -> Cast(_, to=float32):nx3' },
  { kernel: 'Cast', inputs: ints, fn: (x: tf.Tensor) => tf.cast(x, 'float32'), graph: 'x -> Cast(_, to=float32):nx3' },
];
