import type { DeviceTensor, OrtLike } from '../ort.ts';

export type TensorType = 'float32' | 'int32' | 'bool';

/** Numbers of a tensor with their shape; booleans are one byte each. */
export interface Block {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** onnxruntime's constructor has one overload a dtype; this is their common shape. */
type AnyTensor = new (type: string, data: ArrayBufferView, dims: readonly number[]) => DeviceTensor;

export const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const emptyBlock = (dtype: TensorType, shape: readonly number[]): Block => ({
  dtype,
  shape,
  values: new ARRAYS[dtype](sizeOf(shape)),
});

/** The numbers in little-endian bytes, as files have them; copied, since an array's numbers must be aligned. */
export function blockOf(dtype: TensorType, shape: readonly number[], bytes: Uint8Array): Block {
  return { dtype, shape, values: new ARRAYS[dtype](Uint8Array.from(bytes).buffer) };
}

/** A tensor over the block's own numbers. */
export const tensorOf = (ort: OrtLike, { dtype, shape, values }: Block): DeviceTensor =>
  new (ort.Tensor as unknown as AnyTensor)(dtype, values, shape);
