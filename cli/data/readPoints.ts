import type { CsvRecord } from '../../models/data/csvRows.ts';
import { InputError } from '../errors.ts';
import type { Columns } from './columns.ts';
import { type CoordinateFlags, type Coordinates, coordinatesOf } from './coordinates.ts';
import { readTable, type Table } from './readTable.ts';

export interface PointOptions extends CoordinateFlags {
  readonly columns?: readonly string[] | undefined;
  readonly delimiter?: string | undefined;
}

export interface PointsFile {
  readonly file: string;
  /** What its columns hold. */
  readonly coordinates: Coordinates;
  /** n rows of m ambient coordinates. */
  readonly points: readonly number[][];
  /** The line of the file that each row ends on. */
  readonly lines: readonly number[];
  /** What was decided that the user may want to know. */
  readonly note: string | null;
}

function numberAt({ line, fields }: CsvRecord, file: string, { indices, labels }: Columns, k: number, fault: Coordinates['fault']): number {
  const text = fields[indices[k]];
  const value = text === '' ? Number.NaN : Number(text);
  const wrong = Number.isFinite(value) ? fault(value, k) : text === '' ? 'is empty' : 'is not a finite number';
  if (wrong === null) return value;
  const what = text === '' ? `${labels[k]}` : `${labels[k]}: "${text}"`;
  throw new InputError(`${file}:${line}: ${what} ${wrong.replace(/\.?$/, '.')}`);
}

/** Makes points of rows, once the first of them has said how many columns there are. */
function rowReader(
  { file, header }: Table,
  coordinates: Coordinates,
  wanted: PointOptions['columns'],
  firstRow: CsvRecord,
): (row: CsvRecord) => number[] {
  const width = header?.length ?? firstRow.fields.length;
  const chosen = coordinates.choose({ file, header, width, wanted });
  return (row) => {
    const count = row.fields.length;
    if (count !== width)
      throw new InputError(
        `${file}:${row.line}: has ${count} ${count === 1 ? 'column' : 'columns'}, the ${header ? 'header' : 'first row'} has ${width}.`,
      );
    return coordinates.toPoint(chosen.indices.map((_, k) => numberAt(row, file, chosen, k, coordinates.fault)));
  };
}

/**
 * Reads points from a CSV file, the whole of it before anything is done with them.
 *
 * @throws InputError naming file, line and column for what is not a row of finite numbers, for latitudes beyond ±90° and angles beyond a turn,
 *   missing columns, empty files and contradictory options
 */
export async function readPoints(path: string, options: PointOptions = {}): Promise<PointsFile> {
  const coordinates = coordinatesOf(options);
  const table = await readTable(path, options.delimiter);
  const points: number[][] = [];
  const lines: number[] = [];
  let read: ReturnType<typeof rowReader> | undefined;
  for await (const row of table.rows) {
    read ??= rowReader(table, coordinates, options.columns, row);
    points.push(read(row));
    lines.push(row.line);
  }
  if (points.length === 0) throw new InputError(`${table.file}: has a header and no rows.`);
  const { file, header } = table;
  const note = coordinates.note({ file, header, chosen: options.columns !== undefined, points });
  return { file, coordinates, points, lines, note };
}
