import { last, readFields, text } from './fields.ts';
import { DIM, FLOAT, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './proto.ts';
import { concat, message, number, string } from './write.ts';

/** A dimension: a size, or the name of one that is open; null where the file says nothing. */
export type Dim = number | string | null;

export interface ValueInfo {
  readonly name: string;
  /** Whether the elements are float32. */
  readonly float: boolean;
  readonly shape: readonly Dim[];
}

const NOTHING = /* @__PURE__ */ new Uint8Array();

const inside = (fields: ReturnType<typeof readFields>, field: number) => readFields(last(fields, field)?.payload ?? NOTHING);

function readDim(payload: Uint8Array): Dim {
  const fields = readFields(payload);
  return last(fields, DIM.value)?.value ?? (text(fields, DIM.symbol) || null);
}

export function readValueInfo(payload: Uint8Array): ValueInfo {
  const fields = readFields(payload);
  const tensor = inside(inside(fields, VALUE_INFO.type), TYPE.tensor);
  const shape = inside(tensor, TENSOR_TYPE.shape).map((dim) => readDim(dim.payload));
  return { name: text(fields, VALUE_INFO.name), float: last(tensor, TENSOR_TYPE.element)?.value === FLOAT, shape };
}

/** A float32 input or output of a graph, the payload of a ValueInfoProto. */
export function writeValueInfo(name: string, shape: readonly (number | string)[]): Uint8Array {
  const dims = shape.map((dim) => message(SHAPE.dim, typeof dim === 'number' ? number(DIM.value, dim) : string(DIM.symbol, dim)));
  const tensor = message(TYPE.tensor, number(TENSOR_TYPE.element, FLOAT), message(TENSOR_TYPE.shape, ...dims));
  return concat([string(VALUE_INFO.name, name), message(VALUE_INFO.type, tensor)]);
}
