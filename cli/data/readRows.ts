import { imageFolder } from '../../models/data/imageFolder.ts';
import { inUnitInterval } from '../../models/latent/inUnitInterval.ts';
import { InputError } from '../errors.ts';
import { kindOf } from '../files.ts';
import { refuseOptions } from '../given.ts';
import type { Io } from '../io.ts';
import { progressBar } from '../progress.ts';
import { IMAGE_OPTIONS, type ImageShape } from './imageShape.ts';
import { readPoints } from './readPoints.ts';

/** Rows of numbers, of a CSV file or a folder of images. */
export interface RowsFile {
  /** As messages name it. */
  readonly file: string;
  readonly rows: readonly ArrayLike<number>[];
  /** Where a row is, as messages begin: `data.csv:17`, `digits/a.png`. */
  readonly places: readonly string[];
  /** null: they come from a table. */
  readonly images: (ImageShape & { readonly files: readonly string[] }) | null;
}

export interface RowFlags {
  readonly columns?: readonly string[] | undefined;
  readonly delimiter?: string | undefined;
}

const TABLE_OPTIONS = ['--columns', '--delimiter'];

async function readImages(path: string, shape: ImageShape, io: Io): Promise<RowsFile> {
  const bar = await progressBar(io, 'reading images');
  const { images, files } = await imageFolder(path, { ...shape, onProgress: bar.update })
    .catch((error: Error) => {
      throw new InputError(error.message.replace(/^imageFolder: /, ''), { cause: error });
    })
    .finally(bar.stop);
  const size = images.length / files.length;
  return {
    file: path,
    rows: files.map((_, i) => images.subarray(i * size, (i + 1) * size)),
    places: files.map((file) => `${path.replace(/\/+$/, '')}/${file}`),
    images: { ...shape, files },
  };
}

async function readTableRows(path: string, { columns, delimiter }: RowFlags): Promise<RowsFile> {
  const { file, points, lines } = await readPoints(path, { columns, delimiter });
  return { file, rows: points, places: lines.map((line) => `${file}:${line}`), images: null };
}

/**
 * Reads the images of a folder, or the rows of a CSV file.
 *
 * @param path `-`: standard input
 * @param given options that the user wrote
 * @param shapeOf says what images to read; called for a folder only
 * @throws InputError where they cannot be read, or an option belongs to the other kind of data
 */
export async function readRows(
  path: string,
  flags: RowFlags,
  given: readonly string[],
  shapeOf: () => ImageShape,
  io: Io,
): Promise<RowsFile> {
  const kind = path === '-' ? 'file' : await kindOf(path);
  if (kind === 'folder') {
    refuseOptions(given, TABLE_OPTIONS, `for CSV files; ${path} is a folder of images. Leave it out.`);
    return readImages(path, shapeOf(), io);
  }
  if (kind === 'file') refuseOptions(given, IMAGE_OPTIONS, `for folders of images; ${path} is none. Leave it out.`);
  return readTableRows(path, flags);
}

/**
 * @param likelihood as the model's file names it
 * @throws InputError where a number is out of the range that the likelihood has its data in
 */
export function checkLikelihoodRange({ rows, places }: RowsFile, likelihood: string): void {
  if (!inUnitInterval(likelihood)) return;
  for (const [i, row] of rows.entries())
    for (let k = 0; k < row.length; k++)
      if (!(row[k] >= 0 && row[k] <= 1))
        throw new InputError(
          `${places[i]}: number ${k + 1} of the row is ${row[k]}, and the likelihood ${likelihood} has data in [0, 1]. Scale them first, ` +
            'for example bytes by 1/255.',
        );
}

/** Whether all numbers are in [0, 1]. */
export const inUnitRange = ({ rows }: RowsFile): boolean =>
  rows.every((row) => Array.prototype.every.call(row, (v: number) => v >= 0 && v <= 1));
