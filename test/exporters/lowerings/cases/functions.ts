import * as tf from '@tensorflow/tfjs';
import type { CaseInput, LoweringCase } from '../../../support/loweringCase.ts';
import { aboveOne, halves, insideOne, positive, runKernel, special } from '../../../support/values.ts';

const row = { shape: ['n', 3] } as const;

type Unary = readonly [
  kernel: string,
  fn: (x: tf.Tensor) => tf.Tensor,
  graph: string,
  gradient?: string | readonly string[] | undefined,
  values?: CaseInput['values'],
];

/** Functions of one float tensor. */
const UNARY: readonly Unary[] = [
  ['Abs', tf.abs, 'x -> Abs:nx3', ['%0 = x -> Abs:nx3', '%1 = Add(%0, %0):nx3', 'Greater(x, 0) -> Where(_, 1, -1) -> Mul(%1, _):nx3']],
  [
    'Acos',
    tf.acos,
    'x -> Acos:nx3',
    ['%0 = x -> Acos:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Sub(1, _) -> Sqrt -> Div(%1, _) -> Neg:nx3'],
    insideOne,
  ],
  [
    'Acosh',
    tf.acosh,
    'x -> Acosh:nx3',
    ['%0 = x -> Acosh:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Sub(_, 1) -> Sqrt -> Div(%1, _):nx3'],
    aboveOne,
  ],
  [
    'Asin',
    tf.asin,
    'x -> Asin:nx3',
    ['%0 = x -> Asin:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Sub(1, _) -> Sqrt -> Div(%1, _):nx3'],
    insideOne,
  ],
  [
    'Asinh',
    tf.asinh,
    'x -> Asinh:nx3',
    ['%0 = x -> Asinh:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Add(1, _) -> Sqrt -> Div(%1, _):nx3'],
  ],
  ['Atan', tf.atan, 'x -> Atan:nx3', ['%0 = x -> Atan:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Add(_, 1) -> Div(%1, _):nx3']],
  [
    'Atanh',
    tf.atanh,
    'x -> Atanh:nx3',
    ['%0 = x -> Atanh:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Sub(1, _) -> Div(%1, _):nx3'],
    insideOne,
  ],
  ['Ceil', tf.ceil, 'x -> Ceil:nx3'],
  ['Cos', tf.cos, 'x -> Cos:nx3', ['%0 = x -> Cos:nx3', '%1 = Add(%0, %0):nx3', 'x -> Sin -> Neg -> Mul(_, %1):nx3']],
  ['Cosh', tf.cosh, 'x -> Cosh:nx3', ['%0 = x -> Cosh:nx3', '%1 = Add(%0, %0):nx3', 'x -> Sinh -> Mul(_, %1):nx3']],
  [
    'Elu',
    tf.elu,
    'x -> Elu:nx3',
    [
      '%0 = x -> Elu:nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = GreaterOrEqual(%0, 0):bool nx3',
      'Add(%0, 1) -> Mul(%1, _) -> Where(%2, %1, _):nx3',
    ],
  ],
  ['Exp', tf.exp, 'x -> Exp:nx3', ['%0 = x -> Exp:nx3', 'Add(%0, %0) -> Mul(_, %0):nx3']],
  ['Expm1', tf.expm1, 'x -> Exp -> Sub(_, 1):nx3', ['%0 = x -> Exp:nx3', '%1 = Sub(%0, 1):nx3', 'Add(%1, %1) -> Mul(_, %0):nx3']],
  ['Floor', tf.floor, 'x -> Floor:nx3'],
  ['Log', tf.log, 'x -> Log:nx3', ['%0 = x -> Log:nx3', 'Add(%0, %0) -> Div(_, x):nx3'], positive],
  ['Log1p', tf.log1p, 'Add(x, 1) -> Log:nx3', ['%0 = Add(x, 1):nx3', '%1 = %0 -> Log:nx3', 'Add(%1, %1) -> Div(_, %0):nx3'], positive],
  ['Neg', tf.neg, 'x -> Neg:nx3', ['%0 = x -> Neg:nx3', 'Add(%0, %0) -> Neg:nx3']],
  [
    'Reciprocal',
    tf.reciprocal,
    'x -> Reciprocal:nx3',
    ['%0 = x -> Reciprocal:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Neg -> Div(%1, _):nx3'],
    positive,
  ],
  [
    'Relu',
    tf.relu,
    'x -> Relu:nx3',
    ['%0 = x -> Relu:nx3', '%1 = Add(%0, %0):nx3', 'Greater(x, 0) -> Cast(_, to=float32) -> Mul(%1, _):nx3'],
  ],
  [
    'Relu6',
    tf.relu6,
    'Clip(x, 0, 6):nx3',
    [
      '%0 = Clip(x, 0, 6):nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = LessOrEqual(x, 6):bool nx3',
      '%3 = Greater(x, 0) -> Cast(_, to=float32):nx3',
      '%2 -> Cast(_, to=float32) -> Mul(_, %3) -> Mul(%1, _):nx3',
    ],
  ],
  ['Round', tf.round, 'x -> Round:nx3', undefined, halves],
  [
    'Rsqrt',
    tf.rsqrt,
    'x -> Sqrt -> Reciprocal:nx3',
    ['%0 = x -> Sqrt -> Reciprocal:nx3', '%1 = Add(%0, %0):nx3', 'Pow(x, 1.5) -> Mul(_, 2) -> Div(%1, _) -> Neg:nx3'],
    positive,
  ],
  [
    'Selu',
    tf.selu,
    'x -> Selu:nx3',
    [
      '%0 = x -> Selu:nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = Greater(x, 0):bool nx3',
      '%3 = Mul(%1, 1.051):nx3',
      '%4 = Mul(%1, 1.758):nx3',
      'x -> Exp -> Mul(%4, _) -> Where(%2, %3, _):nx3',
    ],
  ],
  [
    'Sigmoid',
    tf.sigmoid,
    'x -> Sigmoid:nx3',
    ['%0 = x -> Sigmoid:nx3', '%1 = Add(%0, %0):nx3', 'Sub(1, %0) -> Mul(%0, _) -> Mul(%1, _):nx3'],
  ],
  ['Sign', tf.sign, 'x -> Sign:nx3'],
  ['Sin', tf.sin, 'x -> Sin:nx3', ['%0 = x -> Sin:nx3', '%1 = Add(%0, %0):nx3', 'x -> Cos -> Mul(_, %1):nx3']],
  ['Sinh', tf.sinh, 'x -> Sinh:nx3', ['%0 = x -> Sinh:nx3', '%1 = Add(%0, %0):nx3', 'x -> Cosh -> Mul(_, %1):nx3']],
  ['Softplus', tf.softplus, 'x -> Softplus:nx3', ['%0 = x -> Softplus:nx3', '%1 = Add(%0, %0):nx3', 'x -> Sigmoid -> Mul(%1, _):nx3']],
  ['Sqrt', tf.sqrt, 'x -> Sqrt:nx3', ['%0 = x -> Sqrt:nx3', '%1 = Add(%0, %0):nx3', 'Mul(%0, 2) -> Div(%1, _):nx3'], positive],
  ['Square', tf.square, 'Mul(x, x):nx3', ['%0 = Mul(x, x):nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, 2) -> Mul(%1, _):nx3']],
  ['Step', (x) => tf.step(x), 'Greater(x, 0) -> Cast(_, to=float32):nx3'],
  [
    'Tan',
    tf.tan,
    'x -> Tan:nx3',
    ['%0 = x -> Tan:nx3', '%1 = Add(%0, %0):nx3', '%2 = x -> Cos:nx3', 'Mul(%2, %2) -> Div(%1, _):nx3'],
    insideOne,
  ],
  [
    'Tanh',
    tf.tanh,
    'x -> Tanh:nx3',
    ['%0 = x -> Tanh:nx3', '%1 = Mul(%0, %0):nx3', '%2 = Add(%0, %0):nx3', 'Sub(1, %1) -> Mul(_, %2):nx3'],
  ],
];

const unary: readonly LoweringCase[] = UNARY.map(([kernel, fn, graph, gradient, values]) => ({
  kernel,
  inputs: { x: { ...row, ...(values && { values }) } },
  fn: fn as LoweringCase['fn'],
  graph,
  ...(gradient !== undefined && { gradient }),
}));

const odd = { x: { shape: ['n', 7], values: special } } as const;

export const functions: readonly LoweringCase[] = [
  ...unary,
  // tfjs's erf is Abramowitz and Stegun's formula 7.1.26, whose error is 1.5e-7 beside float32's rounding in its polynomial.
  {
    kernel: 'Erf',
    inputs: { x: row },
    fn: tf.erf,
    tolerance: 5e-6,
    graph: 'x -> Erf:nx3',
    gradient: ['%0 = x -> Erf:nx3', '%1 = Add(%0, %0):nx3', 'Mul(x, x) -> Neg -> Exp -> Mul(_, 1.128) -> Mul(%1, _):nx3'],
  },
  {
    kernel: 'Step',
    name: 'with a slope',
    inputs: { x: row },
    fn: (x: tf.Tensor) => tf.step(x, 0.25),
    graph: 'Greater(x, 0) -> Where(_, 1, 0.25):nx3',
  },
  {
    kernel: 'LeakyRelu',
    inputs: { x: row },
    fn: (x: tf.Tensor) => tf.leakyRelu(x, 0.3),
    graph: 'x -> LeakyRelu(_, alpha=0.3):nx3',
    gradient: [
      '%0 = x -> LeakyRelu(_, alpha=0.3):nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = Greater(x, 0):bool nx3',
      'Mul(%1, 0.3) -> Where(%2, %1, _):nx3',
    ],
  },
  {
    kernel: 'ClipByValue',
    inputs: { x: row },
    fn: (x: tf.Tensor) => tf.clipByValue(x, -0.5, Number.POSITIVE_INFINITY),
    graph: 'Clip(x, -0.5, Infinity):nx3',
    gradient: [
      '%0 = Clip(x, -0.5, Infinity):nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = GreaterOrEqual(x, -0.5):bool nx3',
      'LessOrEqual(x, Infinity) -> And(%2, _) -> Where(_, %1, 0):nx3',
    ],
  },
  {
    kernel: 'Prelu',
    inputs: { x: row, alpha: { shape: [3] } },
    fn: tf.prelu,
    graph: 'PRelu(x, alpha):nx3',
    gradient: [
      '%0 = PRelu(x, alpha):nx3',
      '%1 = Add(%0, %0):nx3',
      '%2 = Greater(x, 0):bool nx3',
      'd_x = Mul(%1, alpha) -> Where(%2, %1, _):nx3',
      'd_alpha = Mul(%1, x) -> Where(%2, 0, _) -> ReduceSum(_, [0], keepdims=0):3',
    ],
  },
  {
    kernel: 'Prelu',
    name: 'with a slope that is wider than x',
    inputs: { x: { shape: [3] }, alpha: { shape: ['n', 2, 3] } },
    fn: tf.prelu,
    graph: ['%0 = Less(x, 0):bool 3', 'Mul(alpha, x) -> Where(%0, _, x):nx2x3'],
  },
  {
    kernel: 'EluGrad',
    inputs: { dy: row, y: row },
    fn: (dy: tf.Tensor, y: tf.Tensor) => runKernel('EluGrad', { dy, y }),
    graph: ['%0 = GreaterOrEqual(y, 0):bool nx3', 'Add(y, 1) -> Mul(dy, _) -> Where(%0, dy, _):nx3'],
  },
  { kernel: 'IsFinite', inputs: odd, fn: tf.isFinite, graph: ['%0 = x -> IsNaN:bool nx7', 'x -> IsInf -> Or(%0, _) -> Not:bool nx7'] },
  { kernel: 'IsInf', inputs: odd, fn: tf.isInf, graph: 'x -> IsInf:bool nx7' },
  { kernel: 'IsNan', inputs: odd, fn: tf.isNaN, graph: 'x -> IsNaN:bool nx7' },
  { kernel: 'Relu', name: 'of NaN and infinities', inputs: odd, fn: tf.relu, graph: 'x -> Relu:nx7' },
  { kernel: 'Maximum', name: 'of NaN and infinities', inputs: odd, fn: (x: tf.Tensor) => tf.maximum(x, 0.5), graph: 'Max(x, 0.5):nx7' },
  { kernel: 'Sigmoid', name: 'of NaN and infinities', inputs: odd, fn: tf.sigmoid, graph: 'x -> Sigmoid:nx7' },
  { kernel: 'Softplus', name: 'of NaN and infinities', inputs: odd, fn: tf.softplus, graph: 'x -> Softplus:nx7' },
];
