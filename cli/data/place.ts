import { InputError } from '../errors.ts';
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

/** @throws InputError where points have another number of coordinates than the manifold's */
export function checkWidth({ file, points }: PointsFile, expected: number, what: string): void {
  const width = points[0].length;
  if (width === expected) return;
  const hint = expected === 3 && width === 2 ? ' For longitude and latitude in degrees give --lonlat.' : '';
  throw new InputError(`${file}: its rows give ${width} coordinates, ${what} has ${expected}. Choose columns with --columns a,b,….${hint}`);
}
