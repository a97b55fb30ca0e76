import { InputError } from '../errors.ts';
import { counted } from '../text.ts';
import type { PointsFile } from './readPoints.ts';

/** The library counts rows from 0 and knows no file, as in `fit(x): row 3, [1, 1, 1], lies off`: its row is a line of the file. */
const ROW = /^[\w()]+: row (\d+)(?: of \d+)?,? /;

/**
 * Runs work on points of a file and words its complaints about a row as ones about a line.
 *
 * @throws InputError with file and line where the work names a row; other errors as they are
 */
export async function atLine<T>({ file, lines }: PointsFile, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    const line = lines[Number(ROW.exec(message)?.[1])];
    if (line === undefined) throw error;
    throw new InputError(`${file}:${line}: the point ${message.replace(ROW, '')}`, { cause: error });
  }
}

/**
 * @param ambientDim of the manifold
 * @throws InputError where points have another number of coordinates than the manifold's
 */
export function checkWidth({ file, points, coordinates }: PointsFile, ambientDim: number, what: string): void {
  const width = points[0].length;
  if (width === ambientDim) return;
  const { noun, columns } = coordinates;
  const hint =
    noun !== 'coordinate'
      ? ''
      : ambientDim === 3 && width === 2
        ? ' For longitude and latitude in degrees give --lonlat.'
        : ambientDim === 2 * width && /\b(torus|sphere:1)\b/.test(what)
          ? ' For angles give --angles degrees or --angles radians.'
          : '';
  throw new InputError(
    `${file}: its rows give ${counted(columns(width), noun)}, ${what} has ${columns(ambientDim)}. Choose columns with --columns a,b,….${hint}`,
  );
}
