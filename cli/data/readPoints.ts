import type { CsvRecord } from '../../models/data/csvRows.ts';
import { InputError } from '../errors.ts';
import { counted } from '../text.ts';
import type { Columns } from './columns.ts';
import { type CoordinateFlags, type Coordinates, coordinatesOf } from './coordinates.ts';
import { delimiterHint } from './delimiterHint.ts';
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
  /** Its columns, as messages name them: `column 2 (lat)`. */
  readonly labels: readonly string[];
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
  throw new InputError(`${file}:${line}: ${what} ${wrong.replace(/\.?$/, '.')}${delimiterHint([text])}`);
}

interface RowReader {
  readonly labels: readonly string[];
  read(row: CsvRecord): number[];
}

/** Makes points of rows, once the first of them has said how many columns there are. */
function rowReader({ file, header }: Table, coordinates: Coordinates, wanted: PointOptions['columns'], firstRow: CsvRecord): RowReader {
  const width = header?.length ?? firstRow.fields.length;
  const chosen = coordinates.choose({ file, header, width, wanted });
  const read = (row: CsvRecord): number[] => {
    const count = row.fields.length;
    if (count !== width)
      throw new InputError(
        `${file}:${row.line}: has ${counted(count, 'column')}, the ${header ? 'header' : 'first row'} has ${width}.${delimiterHint(row.fields)}`,
      );
    return coordinates.toPoint(chosen.indices.map((_, k) => numberAt(row, file, chosen, k, coordinates.fault)));
  };
  return { labels: chosen.labels, read };
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
  let reader: RowReader | undefined;
  for await (const row of table.rows) {
    reader ??= rowReader(table, coordinates, options.columns, row);
    points.push(reader.read(row));
    lines.push(row.line);
  }
  if (reader === undefined) throw new InputError(`${table.file}: has a header and no rows.`);
  const { file, header } = table;
  const note = coordinates.note({ file, header, chosen: options.columns !== undefined, points });
  return { file, coordinates, points, labels: reader.labels, lines, note };
}
