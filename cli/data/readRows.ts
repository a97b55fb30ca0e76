import { imageFolder } from '../../models/data/imageFolder.ts';
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
  /** What a number of each row is, as messages name it: `column 3 (c)`; null: a pixel. */
  readonly labels: readonly string[] | null;
  /** null: they come from a table. */
  readonly images: (ImageShape & { readonly files: readonly string[] }) | null;
}

export interface RowFlags {
  readonly columns?: readonly string[] | undefined;
  readonly delimiter?: string | undefined;
}

const TABLE_OPTIONS = ['--columns', '--delimiter'];

/** Decoders speak of their own insides, which help nobody here. */
function inWords({ message }: Error): string {
  const damaged = /^imageFolder: (.+?) is not an image /s.exec(message)?.[1];
  return damaged === undefined
    ? message.replace(/^imageFolder: /, '')
    : `${damaged}: could not be decoded as an image: it is damaged, cut short or of another kind. Repair it or take it out of the folder.`;
}

async function readImages(path: string, shape: ImageShape, io: Io): Promise<RowsFile> {
  const bar = await progressBar(io, 'reading images');
  const { images, files } = await imageFolder(path, { ...shape, onProgress: bar.update })
    .catch((error: Error) => {
      throw new InputError(inWords(error), { cause: error });
    })
    .finally(bar.stop);
  const size = images.length / files.length;
  return {
    file: path,
    rows: files.map((_, i) => images.subarray(i * size, (i + 1) * size)),
    places: files.map((file) => `${path.replace(/\/+$/, '')}/${file}`),
    labels: null,
    images: { ...shape, files },
  };
}

async function readTableRows(path: string, { columns, delimiter }: RowFlags): Promise<RowsFile> {
  const { file, points, lines, labels } = await readPoints(path, { columns, delimiter });
  return { file, rows: points, places: lines.map((line) => `${file}:${line}`), labels, images: null };
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
    refuseOptions(given, TABLE_OPTIONS, (options, them) => `${options}: for CSV files; ${path} is a folder of images. Leave ${them} out.`);
    return readImages(path, shapeOf(), io);
  }
  if (kind === 'file')
    refuseOptions(given, IMAGE_OPTIONS, (options, them) => `${options}: for folders of images; ${path} is none. Leave ${them} out.`);
  return readTableRows(path, flags);
}
