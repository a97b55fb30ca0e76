import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import type { Value } from '../ir/value.ts';
import { tensorProto } from '../onnx/tensor.ts';

/** An ONNX file with further initializers, that no node reads: a runtime drops them, whoever looks for them finds them. */
export function withInitializers(bytes: Uint8Array, values: ReadonlyMap<string, Value>): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  model.graph?.initializer.push(...[...values].map(([name, value]) => tensorProto(value, name)));
  return toBinary(ModelProtoSchema, model);
}
