import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Jimp } from 'jimp';
import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';

/** Photographs in colour that come with packages of jimp's: starfish in a red crate on nets, a butterfly on a flower in the grass. */
export const PHOTOGRAPHS = ['exif-parser/test/starfish.jpg', 'gifwrap/test/fixtures/hairstreak.jpg'].map((file) =>
  createRequire(join(process.cwd(), 'package.json')).resolve(file),
);

/** Pixels of an image's side. */
const SIDE = 32;
/** Pixels of the photograph per pixel of an image, in each direction. */
const SHRINK = 2;
const SIZE = SIDE * SIDE * 3;

/** The tiles of one photograph, row by row, without what is left over at its right and lower edge. */
async function tiles(file: string): Promise<Float32Array[]> {
  const picture = await Jimp.fromBuffer(await readFile(file));
  const [across, down] = [picture.width, picture.height].map((length) => Math.floor(length / (SIDE * SHRINK)));
  picture.crop({ x: 0, y: 0, w: across * SIDE * SHRINK, h: down * SIDE * SHRINK }).resize({ w: across * SIDE, h: down * SIDE });
  const { data, width } = picture.bitmap;
  return Array.from({ length: across * down }, (_, tile) => {
    const corner = Math.floor(tile / across) * SIDE * width + (tile % across) * SIDE;
    return Float32Array.from({ length: SIZE }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return data[4 * (corner + Math.floor(pixel / SIDE) * width + (pixel % SIDE)) + (i % 3)] / 255;
    });
  });
}

/**
 * Photographs cut into images of 32 × 32 pixels in colour, numbers in [0, 1], `[count, 32 · 32 · 3]` in the order height, width, channel. The images of the
 * photographs are mixed, the same way each time: the first and the last of them make data to train and to test on.
 */
export async function smallImages(): Promise<{ readonly images: Float32Array; readonly count: number }> {
  const all = (await Promise.all(PHOTOGRAPHS.map(tiles))).flat();
  const images = new Float32Array(all.length * SIZE);
  permutation(all.length, randomStream(0, 0)).forEach((from, i) => {
    images.set(all[from], i * SIZE);
  });
  return { images, count: all.length };
}
