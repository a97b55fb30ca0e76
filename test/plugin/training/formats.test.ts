import { describe, expect, it } from '@jest/globals';
import { crc32 } from '../../../plugin/training/crc32.ts';
import { fromExactJson, toExactJson } from '../../../plugin/training/exactJson.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../plugin/training/safetensors.ts';

const text = (s: string) => new TextEncoder().encode(s);

describe('crc32', () => {
  it('has the check value of the standard, in one part or several', () => {
    expect(crc32(text('123456789'))).toBe('cbf43926');
    expect(crc32(text('1234'), text('56789'))).toBe('cbf43926');
    expect(crc32(text('123456788'))).not.toBe('cbf43926');
  });
});

describe('exact JSON', () => {
  it('keeps every number, infinite ones too', () => {
    const value = { a: [0.1 + 0.2, -1e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], b: { c: Number.NaN, d: null, e: 'x' } };
    expect(fromExactJson(toExactJson(value))).toEqual(value);
  });
});

describe('safetensors', () => {
  const blocks = {
    a: { shape: [2, 1], values: Float32Array.of(1.5, -2) },
    empty: { shape: [0], values: new Float32Array(0) },
    scalar: { shape: [], values: Float32Array.of(Math.PI) },
  };
  const bytes = encodeSafetensors(blocks, { note: 'ä' });

  it('is laid out as the format says', () => {
    // Written out by hand from the format's description.
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)))));
    expect(header).toEqual({
      __metadata__: { note: 'ä' },
      a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      empty: { dtype: 'F32', shape: [0], data_offsets: [8, 8] },
      scalar: { dtype: 'F32', shape: [], data_offsets: [8, 12] },
    });
    // 1.5 and −2 in IEEE 754, little-endian.
    expect([...bytes.subarray(-12, -4)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
    expect((bytes.length - 12) % 8).toBe(0);
  });

  it('reads what it wrote, from a Node Buffer too', () => {
    expect(decodeSafetensors(bytes)).toEqual({ blocks, metadata: { note: 'ä' } });
    const pooled = Buffer.concat([Buffer.from('odd'), bytes]).subarray(3);
    expect(decodeSafetensors(pooled)).toEqual({ blocks, metadata: { note: 'ä' } });
  });

  it.each([
    [bytes.subarray(0, 4), /header is cut short/],
    [bytes.subarray(0, 40), /header is cut short/],
    [bytes.subarray(0, -4), /tensor "scalar" is F32, bytes 8 to 12 of 8/],
    [text('12345678 nothing at all'), /header is cut short/],
  ])('refuses damaged bytes %#', (damaged, message) => {
    expect(() => decodeSafetensors(damaged)).toThrow(message);
  });

  it('refuses other types of numbers, and takes a file without metadata', () => {
    const json = '{"x":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}}';
    const file = (body: string) => Uint8Array.of(body.length, 0, 0, 0, 0, 0, 0, 0, ...text(body));
    expect(() => decodeSafetensors(file(json))).toThrow(/tensor "x" is F64/);
    expect(decodeSafetensors(file('{}'))).toEqual({ blocks: {}, metadata: {} });
  });
});
