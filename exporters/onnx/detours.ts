import type { DType } from '../ir/value.ts';
import type { OperatorName } from './operators.ts';

/** Defined by ONNX, or implemented by onnxruntime's CPU and wasm kernels, for floating point only. */
const FLOAT_ONLY: readonly OperatorName[] = [
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'AveragePool',
  'Ceil',
  'Conv',
  'ConvTranspose',
  'Cos',
  'Cosh',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Gemm',
  'IsInf',
  'IsNaN',
  'LRN',
  'LeakyRelu',
  'Log',
  'LogSoftmax',
  'MaxPool',
  'PRelu',
  'Reciprocal',
  'Round',
  'Selu',
  'Sigmoid',
  'Sin',
  'Sinh',
  'Softmax',
  'Softplus',
  'Sqrt',
  'Sum',
  'Tan',
  'Tanh',
];

/** Defined or implemented for numbers only; 0 and 1 stand in for false and true. */
const NUMBERS_ONLY: readonly OperatorName[] = [
  'Abs',
  'Add',
  'ArgMax',
  'ArgMin',
  'Clip',
  'CumSum',
  'Div',
  'Einsum',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'MatMul',
  'Max',
  'Min',
  'Mod',
  'Mul',
  'Neg',
  'Pow',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSum',
  'Relu',
  'Sign',
  'Sub',
  'TopK',
  'Where',
];

const floatOnly = new Set(FLOAT_ONLY);
const numbersOnly = new Set(NUMBERS_ONLY);

/** The dtype in which to run an operator that lacks the one given; undefined where it runs as it is. */
export function detour(operator: OperatorName, dtype: DType): DType | undefined {
  if (floatOnly.has(operator) && (dtype === 'int32' || dtype === 'bool')) return 'float32';
  return numbersOnly.has(operator) && dtype === 'bool' ? 'int32' : undefined;
}
