import { InputError } from '../errors.ts';
import { type Columns, chooseColumns, chooseLonLat } from './columns.ts';
import { toSphere } from './lonlat.ts';
import { type Row, readTable, type Table } from './readTable.ts';

export interface PointOptions {
  /** Read degrees of longitude and latitude as points of S². */
  readonly lonlat?: boolean | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly delimiter?: string | undefined;
}

export interface PointsFile {
  readonly file: string;
  /** n rows of m coordinates. */
  readonly points: readonly number[][];
  /** The line of the file that each row ends on. */
  readonly lines: readonly number[];
  /** What was decided that the user may want to know. */
  readonly note: string | null;
}

/** Why a number cannot be used, or null. */
type Range = (value: number, column: number) => string | null;

/** The models compute in float32, whose largest number is 3.4e38. */
const anyFloat: Range = (value) => (Number.isFinite(Math.fround(value)) ? null : 'is too large for single precision');

const degrees: Range = (value, column) => {
  const [name, limit] = column === 0 ? ['longitude', 360] : ['latitude', 90];
  if (Math.abs(value) <= limit) return null;
  const hint = column === 1 && Math.abs(value) <= 360 ? ' Longitude is read first; for the other order swap --columns.' : '';
  return `is not a ${name} in degrees, −${limit} to ${limit}.${hint}`;
};

function numberAt({ line, fields }: Row, file: string, { indices, labels }: Columns, k: number, range: Range): number {
  const text = fields[indices[k]];
  const value = text === '' ? Number.NaN : Number(text);
  const fault = Number.isFinite(value) ? range(value, k) : text === '' ? 'is empty' : 'is not a finite number';
  if (fault === null) return value;
  const what = text === '' ? `${labels[k]}` : `${labels[k]}: "${text}"`;
  throw new InputError(`${file}:${line}: ${what} ${fault.replace(/\.?$/, '.')}`);
}

/** Makes points of rows, once the first of them has said how many columns there are. */
function rowReader({ file, header }: Table, { lonlat, columns }: PointOptions, firstRow: Row): (row: Row) => number[] {
  const width = header?.length ?? firstRow.fields.length;
  const chosen = (lonlat ? chooseLonLat : chooseColumns)({ file, header, width, wanted: columns });
  const range = lonlat ? degrees : anyFloat;
  return (row) => {
    const count = row.fields.length;
    if (count !== width)
      throw new InputError(
        `${file}:${row.line}: has ${count} ${count === 1 ? 'column' : 'columns'}, the ${header ? 'header' : 'first row'} has ${width}.`,
      );
    const values = chosen.indices.map((_, k) => numberAt(row, file, chosen, k, range));
    return lonlat ? toSphere(values[0], values[1]) : values;
  };
}

const noteOf = ({ file, header }: Table, { lonlat, columns }: PointOptions): string | null =>
  lonlat && !columns && !header
    ? `${file} has no header: column 1 is read as longitude, column 2 as latitude (--columns 2,1 for the other order).`
    : null;

/**
 * Reads points from a CSV file, the whole of it before anything is done with them.
 *
 * @throws InputError naming file, line and column for what is not a row of finite numbers, for latitudes beyond ±90°, missing columns and
 *   empty files
 */
export async function readPoints(path: string, options: PointOptions = {}): Promise<PointsFile> {
  const table = await readTable(path, options.delimiter);
  const points: number[][] = [];
  const lines: number[] = [];
  let read: ReturnType<typeof rowReader> | undefined;
  for await (const row of table.rows) {
    read ??= rowReader(table, options, row);
    points.push(read(row));
    lines.push(row.line);
  }
  if (points.length === 0) throw new InputError(`${table.file}: has a header and no rows.`);
  return { file: table.file, points, lines, note: noteOf(table, options) };
}
