import { ARRAYS, type Block, blockOf, sizeOf, type TensorType } from './tensors.ts';

/** Bytes of the header's length, which come first. */
const PREFIX = 8;

const CODES: Readonly<Record<TensorType, string>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

/**
 * Named tensors and a record of strings in the safetensors format, which other languages read too: the length of a JSON header as a little-endian
 * 64-bit integer, the header, the values. https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  blocks: Readonly<Record<string, Block>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { dtype, shape, values }] of Object.entries(blocks)) {
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [end, end + values.byteLength] } satisfies Entry;
    end += values.byteLength;
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

/** @throws Error where the bytes are no safetensors file of these number types, or are cut short */
export function decodeSafetensors(bytes: Uint8Array): { blocks: Record<string, Block>; metadata: Record<string, string> } {
  const head = bytes.length < PREFIX ? Infinity : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (PREFIX + head > bytes.length) throw new Error(`the header is cut short (${bytes.length} bytes)`);
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + head)));
  const data = bytes.subarray(PREFIX + head);
  const block = ([
    name,
    {
      dtype: code,
      shape,
      data_offsets: [start, end],
    },
  ]: [string, Entry]): [string, Block] => {
    const dtype = (Object.keys(CODES) as TensorType[]).find((type) => CODES[type] === code);
    if (dtype === undefined || end > data.length || end - start !== sizeOf(shape) * ARRAYS[dtype].BYTES_PER_ELEMENT)
      throw new Error(`tensor "${name}" is ${code} [${shape}], bytes ${start} to ${end} of ${data.length}`);
    return [name, blockOf(dtype, shape, data.subarray(start, end))];
  };
  return { blocks: Object.fromEntries(Object.entries(entries as Record<string, Entry>).map(block)), metadata };
}
