import { create } from '@bufbuild/protobuf';
import { type AttributeProto, AttributeProtoSchema, AttributeProto_AttributeType as Type } from 'onnx-buf';
import type { Attribute } from '../ir/node.ts';
import type { DType } from '../ir/value.ts';
import { FLOAT_ATTRIBUTES } from './operators.ts';
import { DATA_TYPES } from './tensor.ts';

/** Cast's target is an element type, which lowerings give by its dtype. */
const DTYPE_ATTRIBUTES: ReadonlySet<string> = new Set(['to']);

export function attributeProto(name: string, value: Attribute): AttributeProto {
  if (DTYPE_ATTRIBUTES.has(name)) return create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(DATA_TYPES[value as DType]) });
  if (typeof value === 'string') return create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(value) });
  if (typeof value === 'number') {
    return FLOAT_ATTRIBUTES.has(name)
      ? create(AttributeProtoSchema, { name, type: Type.FLOAT, f: value })
      : create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(value) });
  }
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'number')) {
    return create(AttributeProtoSchema, { name, type: Type.INTS, ints: value.map((entry) => BigInt(entry as number)) });
  }
  throw new Error(`attribute ${name} has a value that ONNX cannot hold: ${JSON.stringify(value)}`);
}
