import type { Readable } from 'node:stream';
import { nodeModule } from '../../plugin/training/nodeModules.ts';

/** The numbers of a CSV file. */
export interface CsvRows {
  /** `[count, columns]`, row by row. */
  readonly rows: Float32Array;
  readonly count: number;
  readonly columns: number;
  /** Of the columns; null where the file has no header. */
  readonly names: readonly string[] | null;
}

/** A record with the line of the file that it ends on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

const FORMAT = {
  bom: true,
  comment: '#',
  comment_no_infix: true,
  info: true,
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
};

/**
 * The records of CSV text, without empty lines and lines that begin with `#`.
 *
 * @param open opens the text, which is closed in the end
 * @throws what the source or csv-parse throws
 */
export async function* csvRecords(open: () => Readable | Promise<Readable>, delimiter = ','): AsyncGenerator<CsvRecord> {
  const { parse } = await nodeModule('csv-parse', 'Reading CSV');
  const source = await open();
  const parser = parse({ ...FORMAT, delimiter });
  source.on('error', (error: Error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: info.lines, fields: record };
  } finally {
    source.destroy();
  }
}

async function* recordsOf(path: string): AsyncGenerator<CsvRecord> {
  const { open } = await nodeModule('node:fs/promises', 'csvRows()');
  try {
    yield* csvRecords(async () => (await open(path)).createReadStream());
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

/** csv-parse counts the lines in its errors. */
function unreadable(path: string, cause: Error & { readonly lines?: number }): Error {
  const where = cause.lines === undefined ? path : `${path}:${cause.lines}`;
  return new Error(`csvRows: ${where}: cannot be read: ${cause.message}`, { cause });
}

/** Words that stand for missing numbers: a row of these is bad data, not a header. */
const MISSING = /^([+-]?(nan|inf|infinity)|na|n\/a|null|none)$/i;

const isWord = (field: string): boolean => !MISSING.test(field) && Number.isNaN(Number(field));

/** Words and no number; names may be absent, as that of the index column that pandas writes. */
export const isHeader = (fields: readonly string[]): boolean =>
  fields.some(isWord) && fields.every((field) => field === '' || isWord(field));

const plural = (n: number): string => `${n} ${n === 1 ? 'column' : 'columns'}`;

/** Writes the numbers of a row to `values` from `at` on. */
function readRow(path: string, { line, fields }: CsvRecord, names: readonly string[] | null, values: Float32Array, at: number): void {
  fields.forEach((field, i) => {
    values[at + i] = field === '' ? Number.NaN : Number(field);
    if (Number.isFinite(values[at + i])) return;
    const column = `column ${i + 1}${names?.[i] ? ` (${names[i]})` : ''}`;
    const fault = field === '' ? 'is empty' : `is "${field}"`;
    const hint = at === 0 && names === null && isWord(field) ? ' A header has words alone.' : '';
    throw new Error(`csvRows: ${path}:${line}: ${column} ${fault}; expected a finite number of 32 bits.${hint}`);
  });
}

/** The same numbers with space for `length`, twice as much as before if that is more, so that growing costs a copy or two in all. */
function withSpace(values: Float32Array, length: number): Float32Array {
  if (length <= values.length) return values;
  const larger = new Float32Array(Math.max(length, 2 * values.length));
  larger.set(values);
  return larger;
}

/**
 * Reads a CSV file of numbers, any column of it, as rows. Its first record is a header if it has words and no number. Empty lines and lines that
 * begin with `#` are passed over. In Node.
 *
 * @throws Error naming file, line and column for what is not a finite number, file and line for a row of another length and for what is not CSV,
 *   the file where it cannot be read or holds no row
 */
export async function csvRows(path: string): Promise<CsvRows> {
  let names: readonly string[] | null = null;
  let columns = 0;
  let count = 0;
  let values: Float32Array = new Float32Array(0);
  for await (const row of recordsOf(path)) {
    const { line, fields } = row;
    if (columns === 0) {
      columns = fields.length;
      if (isHeader(fields)) {
        names = fields;
        continue;
      }
    }
    if (fields.length !== columns)
      throw new Error(
        `csvRows: ${path}:${line}: has ${plural(fields.length)}, the ${names === null ? 'first row' : 'header'} has ${columns}; expected as many.`,
      );
    values = withSpace(values, (count + 1) * columns);
    readRow(path, row, names, values, count * columns);
    count++;
  }
  if (count === 0)
    throw new Error(
      `csvRows: ${path}: ${names === null ? 'is empty' : 'has a header and no rows'}; expected rows of numbers, after a header if you like.`,
    );
  return { rows: values.slice(0, count * columns), count, columns, names };
}
