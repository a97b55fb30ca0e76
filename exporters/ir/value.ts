import type { Size } from './size.ts';

/** int64 appears only in lowered graphs, as shape operands; float64 only in graphs widened for reference values. */
export type DType = 'float32' | 'int32' | 'bool' | 'int64' | 'float64';

/** bool is one byte a value; int64 is kept as JS numbers. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | Float64Array;

/** One tensor of a graph. Identity is the object itself. */
export interface Value {
  readonly dtype: DType;
  /** null: an intermediate inside a lowering, whose shape nobody asked for. Set once, when the lowering returns it. */
  shape: readonly Size[] | null;
  /** The contents, where they are known before the graph runs. */
  readonly constant: ConstantData | null;
  /** Where the name in the file should come from: a variable's name, an input's, a kernel's. */
  readonly hint: string;
}

export function makeValue(dtype: DType, shape: readonly Size[] | null, hint: string): Value {
  return { dtype, shape, constant: null, hint };
}

export function makeConstant(data: ConstantData, dtype: DType, shape: readonly number[], hint = 'constant'): Value {
  const size = shape.reduce((product, n) => product * n, 1);
  if (data.length !== size) throw new Error(`a constant of shape [${shape}] needs ${size} values, but ${data.length} were given`);
  return { dtype, shape, constant: data, hint };
}

/** A new value with the type and shape of another. */
export const like = ({ dtype, shape, hint }: Value): Value => makeValue(dtype, shape, hint);

/** Numbers as ONNX takes shapes, axes and lengths: a constant `[count]` of int64. */
export const int64 = (numbers: readonly number[], hint?: string): Value =>
  makeConstant(Float64Array.from(numbers), 'int64', [numbers.length], hint);

export const isValue = (candidate: unknown): candidate is Value =>
  typeof candidate === 'object' && candidate !== null && 'constant' in candidate && 'hint' in candidate;

/** The single number of a constant whose entries are all equal, else null. */
export function uniformValue(value: Value): number | null {
  const data = value.constant;
  if (data === null || data.length === 0) return null;
  for (let i = 1; i < data.length; i++) if (data[i] !== data[0]) return null;
  return data[0];
}
