import * as tf from '@tensorflow/tfjs';
import type { OrtLike, OrtTensor } from '../../runtime/ort.ts';
import { sizeOf } from '../ir/size.ts';
import type { DType } from '../ir/value.ts';

/** A tensor of onnxruntime whose numbers may lie on a GPU. */
export interface DeviceTensor extends OrtTensor {
  getData?(releaseData?: boolean): Promise<unknown>;
  dispose?(): void;
}

/** onnxruntime's constructor has one overload a dtype; this is their common shape. */
type AnyTensor = new (type: string, data: ArrayBufferView, dims: readonly number[]) => DeviceTensor;

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

export type TensorType = keyof typeof ARRAYS;

export const isTensorType = (dtype: DType | tf.DataType): dtype is TensorType => Object.hasOwn(ARRAYS, dtype);

/** A tensor over `data` itself, not a copy; of float64 too, for reference graphs. */
export const ortTensor = (ort: OrtLike, dtype: string, data: ArrayBufferView, shape: readonly number[]): DeviceTensor =>
  new (ort.Tensor as unknown as AnyTensor)(dtype, data, shape);

export const emptyTensor = (ort: OrtLike, dtype: TensorType, shape: readonly number[]): DeviceTensor =>
  ortTensor(ort, dtype, new ARRAYS[dtype](sizeOf(shape)), shape);

/** A copy of a tfjs tensor's numbers for onnxruntime. */
export async function fromTfjs(ort: OrtLike, tensor: tf.Tensor): Promise<DeviceTensor> {
  const { dtype, shape } = tensor;
  if (!isTensorType(dtype)) throw new Error(`a tensor of dtype ${dtype} cannot go to onnxruntime; cast it to float32, int32 or bool`);
  return ortTensor(ort, dtype, ARRAYS[dtype].from((await tensor.data()) as Float32Array), shape);
}

/** The numbers of a tensor, wherever they are. */
export async function numbersOf(tensor: DeviceTensor): Promise<tf.TypedArray> {
  return (tensor.getData === undefined ? tensor.data : await tensor.getData()) as tf.TypedArray;
}

/** A tfjs tensor with a copy of the numbers. */
export async function toTfjs(tensor: DeviceTensor): Promise<tf.Tensor> {
  const data = (await numbersOf(tensor)).slice() as tf.TypedArray;
  return tf.tensor(data, [...tensor.dims], tensor.type as tf.DataType);
}
