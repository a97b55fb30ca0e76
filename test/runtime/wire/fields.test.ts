import { describe, expect, it } from '@jest/globals';
import { all, last, readFields, text } from '../../../runtime/wire/fields.ts';
import { concat, message, number, string } from '../../../runtime/wire/write.ts';

describe('readFields', () => {
  it('reads the examples of the protobuf encoding guide', () => {
    // protobuf.dev/programming-guides/encoding: `a: 150` is 08 96 01; `b: "testing"` is 12 07 74 65 …
    const [a] = readFields(Uint8Array.of(0x08, 0x96, 0x01));
    expect([a.number, a.value]).toEqual([1, 150]);
    const testing = Uint8Array.of(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67);
    expect(text(readFields(testing), 2)).toBe('testing');
  });

  it('is undone by the writer at the borders of a byte', () => {
    for (const value of [0, 1, 127, 128, 129, 16_383, 16_384, 2 ** 32]) expect(readFields(number(1, value))[0].value).toBe(value);
    expect(Array.from(number(1, 128))).toEqual([8, 0x80, 0x01]);
  });

  it('steps over fixed-width fields', () => {
    const fields = readFields(Uint8Array.of(0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x18, 5));
    expect(fields.map(({ number: n, payload }) => [n, payload.length])).toEqual([
      [1, 4],
      [2, 8],
      [3, 1],
    ]);
    expect(last(fields, 3)?.value).toBe(5);
  });

  it('reads back what is written, and copies by raw', () => {
    const bytes = concat([number(1, 300), string(20, 'größe'), message(3, number(1, 1), number(1, 2 ** 40)), string(20, 'later')]);
    const fields = readFields(bytes);
    expect(last(fields, 1)?.value).toBe(300);
    expect(text(fields, 20)).toBe('later');
    expect(text(fields, 99)).toBe('');
    expect(all(fields, 20)).toHaveLength(2);
    expect(readFields(all(fields, 3)[0]).map((field) => field.value)).toEqual([1, 2 ** 40]);
    expect(Array.from(concat(fields.map((field) => field.raw)))).toEqual(Array.from(bytes));
  });

  it.each<[string, number[], RegExp]>([
    ['a number cut short', [0x08, 0x96], /ends inside a number at byte 1/],
    ['a number too long', [0x08, ...new Array(10).fill(0xff), 0], /number at byte 1 is longer than 10 bytes/],
    ['a string cut short', [0x12, 0x07, 0x74], /field 2 at byte 0 needs 6 bytes more than there are/],
    ['an unknown wire type', [0x0f], /byte 0 does not begin a field/],
    ['field number 0', [0x00, 0x01], /byte 0 does not begin a field/],
  ])('refuses %s', (_, bytes, problem) => {
    expect(() => readFields(Uint8Array.from(bytes))).toThrow(problem);
  });
});
