/** Bytes with their shape. */
export interface Idx {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** Type byte of unsigned bytes. */
const UNSIGNED_BYTE = 0x08;

/**
 * Reads the IDX format of unsigned bytes (LeCun): two zeros, the type, the number of axes, their sizes as big-endian 32-bit numbers, the values.
 *
 * @param name of the file, for errors
 * @throws Error where it is none, or cut short
 */
export function readIdx(bytes: Uint8Array, name: string): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== UNSIGNED_BYTE)
    throw new Error(
      `${name}: not an IDX file of unsigned bytes; it begins with ${Array.from(bytes.subarray(0, 4)).join(' ') || 'nothing'}.`,
    );
  const axes = bytes[3];
  const start = 4 + 4 * axes;
  const shape = bytes.length < start ? [] : Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== start + expected)
    throw new Error(`${name}: an IDX file of shape [${shape.join(', ')}] has ${start + expected} bytes; this one has ${bytes.length}.`);
  return { shape, values: bytes.subarray(start) };
}
