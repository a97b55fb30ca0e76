const DELIMITED = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A varint field. */
export const number = (field: number, value: number): Uint8Array => Uint8Array.from([...varint(field * 8), ...varint(value)]);

/** A length-delimited field that holds the given bytes one after the other. */
export function message(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([Uint8Array.from([...varint(field * 8 + DELIMITED), ...varint(length)]), ...parts]);
}

/** A string field. */
export const string = (field: number, value: string): Uint8Array => message(field, new TextEncoder().encode(value));
