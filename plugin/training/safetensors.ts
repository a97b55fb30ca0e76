import type { Block } from './blocks.ts';

/** Bytes of the header's length, which come first. */
const PREFIX = 8;

/**
 * Named float32 tensors and a record of strings in the safetensors format, which other languages read too: the length of a JSON header as a
 * little-endian 64-bit integer, the header, the values. https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(blocks: Readonly<Record<string, Block>>, metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(blocks)) {
    const start = end;
    end += values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces up to a multiple of 8 keep the values aligned.
  const head = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX + head + end).fill(0x20, PREFIX, PREFIX + head);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head), true);
  bytes.set(json, PREFIX);
  let at = PREFIX + head;
  for (const { values } of Object.values(blocks)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** A tensor that ends beyond the file. */
export class CutShort extends Error {
  constructor(
    message: string,
    /** Bytes of numbers that there should be at least, and those that there are. */
    readonly end: number,
    readonly there: number,
  ) {
    super(message);
  }
}

/** @throws CutShort where a tensor ends beyond the file; Error where the bytes are no safetensors file of float32 values, or have no whole header */
export function decodeSafetensors(bytes: Uint8Array): { blocks: Record<string, Block>; metadata: Record<string, string> } {
  const head =
    bytes.length < PREFIX ? Number.POSITIVE_INFINITY : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (PREFIX + head > bytes.length) throw new Error(`the header is cut short (${bytes.length} bytes)`);
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + head)));
  // Uint8Array.from, since a Node Buffer's slice is no copy.
  const data = Uint8Array.from(bytes.subarray(PREFIX + head));
  const blocks = Object.entries(entries as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [start, end],
      },
    ]) => {
      const found = `tensor "${name}" is ${dtype}, bytes ${start} to ${end} of ${data.length}`;
      if (dtype !== 'F32') throw new Error(found);
      if (end > data.length) throw new CutShort(found, end, data.length);
      return [name, { shape, values: new Float32Array(data.slice(start, end).buffer) }] as const;
    },
  );
  return { blocks: Object.fromEntries(blocks), metadata };
}
