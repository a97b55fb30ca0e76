import { checkOptionNames } from '../../plugin/checkOptionNames.ts';
import { nodeModule } from '../../plugin/training/nodeModules.ts';

/** How the images of a folder become rows of numbers. */
export interface ImageFolderOptions {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 1: grey, the luma 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601. 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** Only the first so many files, by name. Default: all. */
  readonly limit?: number;
  /** Called after each image with how many are done, of how many. */
  readonly onProgress?: (done: number, count: number) => unknown;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Images as rows of numbers in [0, 1], `[count, height · width · channels]`; a row holds height, width, channel, the last fastest. */
export interface FolderImages {
  readonly images: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** The file of each row, from the folder on, with `/` on every system. */
  readonly files: readonly string[];
}

type Jimp = typeof import('jimp')['Jimp'];

/** What jimp decodes. */
const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.gif', '.bmp', '.tif', '.tiff'];

const LUMA = [0.299, 0.587, 0.114];

function checkOptions(options: ImageFolderOptions): void {
  checkOptionNames('imageFolder', options, ['width', 'height', 'channels', 'limit', 'onProgress', 'signal']);
  const { width, height, channels, limit = 1 } = options;
  for (const [name, value] of Object.entries({ width, height, limit }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`imageFolder: ${name} must be a whole number of at least 1; got ${value}.`);
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`imageFolder: channels must be 1 (grey) or 3 (red, green, blue); got ${channels}.`);
}

async function loadJimp(): Promise<Jimp> {
  try {
    return (await nodeModule('jimp', 'imageFolder()')).Jimp;
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`imageFolder: the package jimp, which decodes images, cannot be loaded (${message}). Run npm install jimp.`, { cause });
  }
}

/** The images of a folder and of the folders in it, sorted by the codes of their letters, as no system's order is that of another. */
async function imageFiles(path: string): Promise<string[]> {
  const { readdir } = await nodeModule('node:fs/promises', 'imageFolder()');
  const { sep } = await nodeModule('node:path', 'imageFolder()');
  const entries = await readdir(path, { recursive: true }).catch((cause: Error) => {
    throw new Error(`imageFolder: cannot list ${path} (${cause.message}). Expected a folder of images.`, { cause });
  });
  // Hidden ones are what systems leave behind, such as `._a.jpg`, which is no image.
  const visible = entries.map((entry) => entry.split(sep).join('/')).filter((entry) => !/(^|\/)\./.test(entry));
  const files = visible.filter((entry) => EXTENSIONS.some((extension) => entry.toLowerCase().endsWith(extension)));
  if (files.length > 0) return files.sort();
  const others = visible.sort().slice(0, 3).join(', ') + (visible.length > 3 ? ', …' : '');
  throw new Error(
    `imageFolder: no image in ${path}, which holds ${others || 'nothing'}. Expected files that end in ${EXTENSIONS.join(', ')}.`,
  );
}

/** The middle of a picture in the ratio width : height, as large as it goes. */
function middle(picture: { readonly width: number; readonly height: number }, width: number, height: number) {
  const scale = Math.min(picture.width / width, picture.height / height);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  return { x: Math.floor((picture.width - w) / 2), y: Math.floor((picture.height - h) / 2), w, h };
}

/** In place, and before resizing, which would mix in the colours of pixels that nobody sees. */
function layOnWhite(rgba: Uint8Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const opacity = rgba[i + 3] / 255;
    if (opacity === 1) continue;
    for (let c = i; c < i + 3; c++) rgba[c] = Math.round(255 + (rgba[c] - 255) * opacity);
    rgba[i + 3] = 255;
  }
}

/** Bytes of four channels to numbers in [0, 1] of one or three. */
function writeRow(row: Float32Array, rgba: Uint8Array, channels: 1 | 3): void {
  for (let i = 0, p = 0; i < row.length; i += channels, p += 4) {
    if (channels === 1) row[i] = (LUMA[0] * rgba[p] + LUMA[1] * rgba[p + 1] + LUMA[2] * rgba[p + 2]) / 255;
    else for (let c = 0; c < 3; c++) row[i + c] = rgba[p + c] / 255;
  }
}

/**
 * Reads the images of a folder and of the folders in it: PNG, JPEG, GIF (the first picture), BMP and TIFF, by the package `jimp`, which has to be
 * installed. Each is turned upright as its EXIF data say, cut to the middle in the ratio width : height and resized, down by averages over
 * areas, up by interpolation; what is transparent becomes white. Other files and hidden ones are passed over. In Node.
 *
 * @param path of the folder
 * @throws RangeError for sizes out of range; Error where the folder is missing or has no image, naming a file that is none, and without jimp
 */
export async function imageFolder(path: string, options: ImageFolderOptions): Promise<FolderImages> {
  checkOptions(options);
  const { width, height, channels, limit, onProgress, signal } = options;
  const { readFile } = await nodeModule('node:fs/promises', 'imageFolder()');
  const { join } = await nodeModule('node:path', 'imageFolder()');
  const files = (await imageFiles(path)).slice(0, limit);
  const jimp = await loadJimp();
  const size = height * width * channels;
  const images = new Float32Array(files.length * size);
  for (const [i, file] of files.entries()) {
    signal?.throwIfAborted();
    const rgba = await pixels(jimp, await readFile(join(path, file)), width, height).catch((cause: Error) => {
      throw new Error(`imageFolder: ${join(path, file)} is not an image that can be read (${cause.message}). Repair it or take it away.`, {
        cause,
      });
    });
    writeRow(images.subarray(i * size, (i + 1) * size), rgba, channels);
    onProgress?.(i + 1, files.length);
  }
  return { images, count: files.length, height, width, channels, files };
}

/** Bytes red, green, blue, 255 of height · width pixels. */
async function pixels(jimp: Jimp, file: Buffer, width: number, height: number): Promise<Uint8Array> {
  const picture = await jimp.fromBuffer(file);
  picture.crop(middle(picture, width, height));
  layOnWhite(picture.bitmap.data);
  picture.resize({ w: width, h: height });
  return picture.bitmap.data;
}
