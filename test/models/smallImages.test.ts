import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Jimp } from 'jimp';
import { PHOTOGRAPHS, smallImages } from '../support/smallImages.ts';

const SIZE = 32 * 32 * 3;

/** The tile of a photograph whose upper left pixel is (64 column, 64 row), as means over 2 × 2 pixels. */
async function tile(photograph: string, column: number, row: number): Promise<number[]> {
  const { bitmap } = await Jimp.fromBuffer(readFileSync(photograph));
  const at = (x: number, y: number, channel: number) => bitmap.data[4 * (y * bitmap.width + x) + channel] / 255;
  return Array.from({ length: SIZE }, (_, i) => {
    const [x, y] = [64 * column + 2 * (Math.floor(i / 3) % 32), 64 * row + 2 * Math.floor(i / 96)];
    return (at(x, y, i % 3) + at(x + 1, y, i % 3) + at(x, y + 1, i % 3) + at(x + 1, y + 1, i % 3)) / 4;
  });
}

describe('the small images', () => {
  const found = smallImages();
  const all = found.then(({ images, count }) => Array.from({ length: count }, (_, i) => images.subarray(i * SIZE, (i + 1) * SIZE)));

  it('are 329 of 32 × 32 × 3 numbers in [0, 1], the same each time', async () => {
    const { images, count } = await found;
    // 1278 × 720 and 640 × 800 pixels, in squares of 64.
    expect(count).toBe(19 * 11 + 10 * 12);
    expect(images).toHaveLength(count * SIZE);
    expect(images.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect((await smallImages()).images).toEqual(images);
  });

  it.each([
    [0, 0, 0],
    [0, 18, 10],
    [0, 9, 4],
    [1, 0, 0],
    [1, 9, 11],
    [1, 2, 7],
  ])('hold, of photograph %i, the tile in column %i and row %i', async (photograph, column, row) => {
    const expected = await tile(PHOTOGRAPHS[photograph], column, row);
    const distances = (await all).map((image) => image.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0));
    // Resizing rounds to bytes.
    expect(distances.filter((distance) => distance <= 0.5 / 255 + 1e-6)).toHaveLength(1);
  });

  it('are mixed: both photographs are in either half', async () => {
    // Grass is greener than it is blue; nets, the crate and a blue jacket are not.
    const green = (await all).map((image) => image.reduce((sum, value, i) => sum + [0, value, -value][i % 3], 0) / 1024 > 0.1);
    const share = (half: boolean[]) => half.filter(Boolean).length / half.length;
    for (const half of [green.slice(0, 164), green.slice(164)]) {
      expect(share(half)).toBeGreaterThan(0.25);
      expect(share(half)).toBeLessThan(0.5);
    }
  });

  it('are pictures: none is of one colour, and next pixels are alike', async () => {
    for (const image of await all) {
      const mean = image.reduce((sum, value) => sum + value, 0) / SIZE;
      expect(image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SIZE).toBeGreaterThan(1e-4);
    }
    const { images } = await found;
    const difference = (offset: number) =>
      images.reduce((sum, value, i) => sum + Math.abs(value - images[(i + offset) % images.length]), 0) / images.length;
    // The pixel to the right and the one below against the same pixel of the next image.
    expect(Math.max(difference(3), difference(96))).toBeLessThan(difference(SIZE) / 2);
  });
});
