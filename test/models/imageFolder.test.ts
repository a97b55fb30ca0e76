import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Jimp, JimpMime } from 'jimp';
import { type ImageFolderOptions, imageFolder } from '../../models/data/imageFolder.ts';

type Pixel = readonly [red: number, green: number, blue: number, opacity?: number];
type Mime = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/bmp' | 'image/tiff';

const work = mkdtempSync(join(tmpdir(), 'image-folder-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A file of the pixels, given as rows. */
function encoded(rows: readonly (readonly Pixel[])[], mime: Mime = 'image/png'): Promise<Buffer> {
  const picture = new Jimp({ width: rows[0].length, height: rows.length });
  picture.bitmap.data.set(rows.flat().flatMap(([red, green, blue, opacity = 255]) => [red, green, blue, opacity]));
  return picture.getBuffer(mime);
}

/** A new folder that holds the files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(work, 'f-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The numbers of a folder with one image, as bytes. */
async function bytes(file: Uint8Array, options: ImageFolderOptions, name = 'a.png'): Promise<number[]> {
  const { images } = await imageFolder(folderOf({ [name]: file }), options);
  return Array.from(images, (value) => Math.round(value * 255 * 1000) / 1000);
}

const grey = (value: number): Pixel => [value, value, value];
const filled = (width: number, height: number, pixel: (x: number, y: number) => Pixel): Pixel[][] =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => pixel(x, y)));

const RED: Pixel = [255, 0, 0];

describe('an image', () => {
  it('is a row in the order height, width, channel, in [0, 1]', async () => {
    const rows: Pixel[][] = [
      [RED, [0, 51, 0]],
      [
        [0, 0, 102],
        [10, 20, 30],
      ],
      [grey(255), grey(0)],
    ];
    const found = await imageFolder(folderOf({ 'a.png': await encoded(rows) }), { width: 2, height: 3, channels: 3 });
    const { images, ...shape } = found;
    expect(shape).toEqual({ count: 1, height: 3, width: 2, channels: 3, files: ['a.png'] });
    expect(images).toEqual(Float32Array.from(rows.flat(2), (value) => value! / 255));
  });

  it('in grey is luma, exact at white', async () => {
    const file = await encoded([[RED, [0, 255, 0], [0, 0, 255], grey(255), grey(77)]]);
    const { images } = await imageFolder(folderOf({ 'a.png': file }), { width: 5, height: 1, channels: 1 });
    expect(images).toEqual(Float32Array.of(0.299, 0.587, 0.114, 1, 77 / 255));
  });

  it('is cut to its middle: left and right', async () => {
    const file = await encoded(filled(7, 2, (x, y) => grey(10 * x + y)));
    expect(await bytes(file, { width: 2, height: 2, channels: 1 })).toEqual([20, 30, 21, 31]);
  });

  it('is cut to its middle: above and below', async () => {
    const file = await encoded(filled(2, 6, (x, y) => grey(10 * y + x)));
    expect(await bytes(file, { width: 2, height: 2, channels: 1 })).toEqual([20, 21, 30, 31]);
  });

  it('is cut, then shrunk to averages over areas', async () => {
    // Columns 0 and 5 go; a mean of every other pixel, or of nearest ones, would be another number.
    const file = await encoded(filled(6, 4, (x, y) => (x === 0 || x === 5 ? grey(255) : grey(16 * (x - 1) + 4 * y))));
    const block = (x: number, y: number) => (16 * (4 * x + 1) + 4 * (4 * y + 1)) / 2;
    expect(await bytes(file, { width: 2, height: 2, channels: 1 })).toEqual([block(0, 0), block(1, 0), block(0, 1), block(1, 1)]);
  });

  it('is shrunk by a ratio that is not whole: pixels count by their share', async () => {
    const file = await encoded([[grey(30), grey(120), grey(240)]].flatMap((row) => [row, row, row]));
    const expected = [(30 + 120 / 2) / 1.5, (120 / 2 + 240) / 1.5];
    expect(await bytes(file, { width: 2, height: 2, channels: 1 })).toEqual([...expected, ...expected]);
  });

  it('is enlarged between its pixels', async () => {
    const found = await bytes(await encoded([[grey(0), grey(200)]]), { width: 4, height: 2, channels: 1 });
    expect(found.slice(0, 4)).toEqual([...found.slice(0, 4)].sort((a, b) => a - b));
    expect([found[0], found[3]]).toEqual([0, 200]);
    expect(found.slice(1, 3).every((value) => value > 0 && value < 200)).toBe(true);
  });

  it('of one line can be cut to any ratio', async () => {
    expect(await bytes(await encoded(filled(1, 40, (_, y) => grey(y))), { width: 20, height: 1, channels: 1 })).toEqual(Array(20).fill(19));
    expect(await bytes(await encoded(filled(40, 1, (x) => grey(x))), { width: 1, height: 20, channels: 1 })).toEqual(Array(20).fill(19));
  });

  it('lies on white where it is transparent, whatever colour is under there', async () => {
    const clear: Pixel = [0, 0, 0, 0];
    // A fifth of its colour: 255 − 152 / 5 = 224.6 for the 103.
    const faint: Pixel = [0, 103, 255, 51];
    expect(await bytes(await encoded([[clear, faint]]), { width: 2, height: 1, channels: 3 })).toEqual([255, 255, 255, 204, 225, 255]);
    // Laid on white first: the mean of 200 and 204. The mean colour on white would be 100 and three fifths of it, 162.
    const pair: Pixel[] = [grey(200), [0, 0, 0, 51]];
    expect(await bytes(await encoded([pair, pair]), { width: 1, height: 1, channels: 1 })).toEqual([202]);
  });

  it.each<[Mime, string]>([
    ['image/jpeg', 'a.jpg'],
    ['image/jpeg', 'a.JPEG'],
    ['image/gif', 'a.gif'],
    ['image/bmp', 'a.bmp'],
    ['image/tiff', 'a.tif'],
    ['image/tiff', 'a.tiff'],
    // What it is counts, not what it is called.
    ['image/jpeg', 'a.png'],
  ])('may be %s, in %s', async (mime, name) => {
    const file = await encoded(
      filled(16, 16, () => [200, 100, 50]),
      mime,
    );
    const found = await bytes(file, { width: 1, height: 1, channels: 3 }, name);
    // JPEG rounds its coefficients.
    [200, 100, 50].forEach((value, i) => {
      expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(2);
    });
  });

  it('is turned upright as a camera noted it', async () => {
    const file = await encoded(
      filled(32, 16, (x) => grey(x < 16 ? 0 : 255)),
      JimpMime.jpeg,
    );
    // EXIF in big-endian order with one entry, orientation (0x0112) 6: the left edge of the file is the upper edge of the picture.
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    const exif = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff];
    const turned = Buffer.concat([file.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif]), file.subarray(2)]);
    expect(await bytes(turned, { width: 1, height: 2, channels: 1 }, 'a.jpg')).toEqual([0, 255]);
    expect(await bytes(file, { width: 2, height: 1, channels: 1 }, 'a.jpg')).toEqual([0, 255]);
  });
});

describe('a folder', () => {
  const one = { width: 1, height: 1, channels: 1 } as const;

  it('is read by name with the folders in it, without other files and hidden ones', async () => {
    const file = (value: number) => encoded([[grey(value)]]);
    const folder = folderOf({
      'b.png': await file(2),
      'c/a.png': await file(3),
      'a.png': await file(1),
      'B.PNG': await file(0),
      'notes.txt': 'not an image',
      '._a.png': 'what a system left behind',
      '.cache/a.png': 'nor this',
    });
    const seen: number[][] = [];
    const all = await imageFolder(folder, { ...one, onProgress: (done, count) => seen.push([done, count]) });
    expect(all.files).toEqual(['B.PNG', 'a.png', 'b.png', 'c/a.png']);
    expect(all.images).toEqual(Float32Array.of(0, 1 / 255, 2 / 255, 3 / 255));
    expect(seen).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
    const some = await imageFolder(folder, { ...one, limit: 2 });
    expect([some.count, some.files, some.images]).toEqual([2, ['B.PNG', 'a.png'], Float32Array.of(0, 1 / 255)]);
    expect((await imageFolder(folder, { ...one, limit: 9 })).count).toBe(4);
  });

  it('is left where the signal says so, with its reason', async () => {
    const file = await encoded([[RED]]);
    const control = new AbortController();
    let done = 0;
    const reading = imageFolder(folderOf({ 'a.png': file, 'b.png': file, 'c.png': file }), {
      ...one,
      signal: control.signal,
      onProgress: () => {
        if (++done === 2) control.abort(new Error('enough'));
      },
    });
    await expect(reading).rejects.toThrow(/^enough$/);
    expect(done).toBe(2);
  });

  it('must be there, and be a folder', async () => {
    const none = join(work, 'nowhere');
    await expect(imageFolder(none, one)).rejects.toThrow(
      `imageFolder: cannot list ${none} (ENOENT: no such file or directory, scandir '${none}'). Expected a folder of images.`,
    );
    const file = join(folderOf({ 'a.txt': '' }), 'a.txt');
    await expect(imageFolder(file, one)).rejects.toThrow(/cannot list .*a\.txt \(ENOTDIR: .*\)\. Expected a folder of images\./);
  });

  it('must have images', async () => {
    const empty = folderOf({});
    await expect(imageFolder(empty, one)).rejects.toThrow(
      `imageFolder: no image in ${empty}, which holds nothing. Expected files that end in .png, .jpg, .jpeg, .gif, .bmp, .tif, .tiff.`,
    );
    await expect(imageFolder(folderOf({ 'd.txt': '', 'b.csv': '', 'c.webp': '', 'a.txt': '' }), one)).rejects.toThrow(
      /which holds a\.txt, b\.csv, c\.webp, …\. Expected/,
    );
    await expect(imageFolder(folderOf({ 'd.txt': '' }), one)).rejects.toThrow(/which holds d\.txt\. Expected/);
  });

  it('must have no broken ones; the error names the file', async () => {
    // Noise, so that the file is longer than its tables.
    const noise = filled(64, 64, (x, y) => grey((97 * x * x + 41 * x * y + 13 * y) % 256));
    const png = await encoded(noise);
    const jpeg = await encoded(noise, 'image/jpeg');
    for (const [name, content] of [
      ['b.png', 'no image at all, but text'],
      ['b.png', new Uint8Array(0)],
      ['b.png', png.subarray(0, png.length / 2)],
      ['b.jpg', jpeg.subarray(0, jpeg.length / 2)],
    ] as const) {
      const folder = folderOf({ 'a.png': png, [name]: content });
      const file = join(folder, name).replaceAll(/[/\\.]/g, '\\$&');
      await expect(imageFolder(folder, one)).rejects.toThrow(
        new RegExp(`^imageFolder: ${file} is not an image that can be read \\(.+\\)\\. Repair it or take it away\\.$`),
      );
    }
  });
});

describe('options out of range', () => {
  const size = { width: 1, height: 1, channels: 1 } as const;
  it.each<[Partial<Record<keyof ImageFolderOptions, unknown>>, string]>([
    [{ width: 0 }, 'imageFolder: width must be a whole number of at least 1; got 0.'],
    [{ height: 1.5 }, 'imageFolder: height must be a whole number of at least 1; got 1.5.'],
    [{ height: '2' }, 'imageFolder: height must be a whole number of at least 1; got 2.'],
    [{ limit: Number.NaN }, 'imageFolder: limit must be a whole number of at least 1; got NaN.'],
    [{ channels: 4 }, 'imageFolder: channels must be 1 (grey) or 3 (red, green, blue); got 4.'],
  ])('%j', async (wrong, message) => {
    const options = { ...size, ...wrong } as ImageFolderOptions;
    await expect(imageFolder(work, options)).rejects.toMatchObject({ name: 'RangeError', message });
  });
});

describe('what is missing', () => {
  const size = { width: 1, height: 1, channels: 1 } as const;

  it('outside Node is Node', async () => {
    const { versions } = process;
    Object.defineProperty(process, 'versions', { value: {}, configurable: true });
    try {
      await expect(imageFolder(work, size)).rejects.toThrow(/^imageFolder\(\) needs Node\.$/);
    } finally {
      Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    }
  });

  it('where jimp is not installed is said, with what to do', async () => {
    const folder = folderOf({ 'a.png': await encoded([[RED]]) });
    jest.unstable_mockModule('jimp', () => {
      throw new Error("Cannot find package 'jimp'");
    });
    try {
      await expect(imageFolder(folder, size)).rejects.toThrow(
        "imageFolder: the package jimp, which decodes images, cannot be loaded (Cannot find package 'jimp'). Run npm install jimp.",
      );
    } finally {
      jest.unstable_unmockModule('jimp');
    }
    expect((await imageFolder(folder, size)).count).toBe(1);
  });
});
