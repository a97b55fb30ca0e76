/** One field of a protobuf message, as views of the bytes it came from. */
export interface Field {
  readonly number: number;
  /** Tag and payload: what a rewriter copies. */
  readonly raw: Uint8Array;
  /** The payload: of a length-delimited field the bytes after the length, else the bytes of the number. */
  readonly payload: Uint8Array;
  /** The number in a varint field, 0 in others. Exact up to 2^53. */
  readonly value: number;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** @returns the number and the offset after it */
function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new RangeError(`the message ends inside a number at byte ${at}`);
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at + i + 1];
  }
  throw new RangeError(`the number at byte ${at} is longer than 10 bytes`);
}

/**
 * The fields of a protobuf message in file order.
 *
 * @throws RangeError where the bytes end inside a field or are not protobuf
 */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const [tag, afterTag] = readVarint(bytes, at);
    const number = Math.floor(tag / 8);
    let value = 0;
    let from = afterTag;
    if (tag % 8 === VARINT) [value, at] = readVarint(bytes, from);
    else if (tag % 8 === FIXED64) at = from + 8;
    else if (tag % 8 === FIXED32) at = from + 4;
    else if (tag % 8 === DELIMITED) {
      const [length, begin] = readVarint(bytes, from);
      from = begin;
      at = begin + length;
    } else throw new RangeError(`byte ${start} does not begin a field`);
    if (number === 0) throw new RangeError(`byte ${start} does not begin a field`);
    if (at > bytes.length) throw new RangeError(`field ${number} at byte ${start} needs ${at - bytes.length} bytes more than there are`);
    fields.push({ number, value, raw: bytes.subarray(start, at), payload: bytes.subarray(from, at) });
  }
  return fields;
}

/** The payloads of a repeated field. */
export const all = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.filter((field) => field.number === number).map((field) => field.payload);

/** A field that may be absent; of several the last counts, as protobuf says. */
export const last = (fields: readonly Field[], number: number): Field | undefined => fields.findLast((field) => field.number === number);

const decoder = /* @__PURE__ */ new TextDecoder();

export const decodeText = (payload: Uint8Array): string => decoder.decode(payload);

/** A string field, '' where absent. */
export function text(fields: readonly Field[], number: number): string {
  const field = last(fields, number);
  return field === undefined ? '' : decodeText(field.payload);
}
