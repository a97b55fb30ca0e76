import { create } from '@bufbuild/protobuf';
import { type TensorProto, TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import type { ConstantData, DType, Value } from '../ir/value.ts';

export const DATA_TYPES: Readonly<Record<DType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  int32: TensorProto_DataType.INT32,
  bool: TensorProto_DataType.BOOL,
  int64: TensorProto_DataType.INT64,
  float64: TensorProto_DataType.DOUBLE,
};

/** Little-endian bytes, as ONNX stores them and as every platform that runs JavaScript holds them. */
function rawBytes(data: ConstantData, dtype: DType): Uint8Array<ArrayBuffer> {
  const array = dtype === 'int64' ? BigInt64Array.from(data as Float64Array, (x) => BigInt(x)) : data;
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

export function tensorProto(value: Value, name: string): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: (value.shape as readonly number[]).map(BigInt),
    dataType: DATA_TYPES[value.dtype],
    rawData: rawBytes(value.constant as ConstantData, value.dtype),
  });
}
