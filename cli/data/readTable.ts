import { createReadStream } from 'node:fs';
import { type CsvError, parse } from 'csv-parse';
import { InputError } from '../errors.ts';

/** A record with the line of the file that it ends on. */
export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface Table {
  /** As messages name it. */
  readonly file: string;
  /** null where the file has no header. */
  readonly header: readonly string[] | null;
  readonly rows: AsyncIterable<Row>;
}

/** `-` reads standard input. */
const STDIN = '-';

const reading: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'no permission to read it',
};

function unreadable(file: string, error: NodeJS.ErrnoException): InputError {
  if (error.code?.startsWith('CSV_')) {
    const { lines, message } = error as unknown as CsvError & { lines?: number };
    return new InputError(`${file}:${lines ?? 1}: not valid CSV: ${message}`, { cause: error });
  }
  return new InputError(`${file}: cannot be read: ${reading[error.code ?? ''] ?? error.message}.`, { cause: error });
}

/** The records of a CSV file, without empty lines and lines that begin with `#`. */
async function* records(path: string, file: string, delimiter: string): AsyncGenerator<Row> {
  const options = {
    bom: true,
    comment: '#',
    comment_no_infix: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  };
  const source = path === STDIN ? process.stdin : createReadStream(path);
  const parser = parse(options);
  source.on('error', (error: Error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line: info.lines, fields: record };
    }
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
}

/** Words that stand for missing numbers: a row of these is bad data, not a header. */
const MISSING = /^([+-]?(nan|inf|infinity)|na|n\/a|null|none)$/i;

const isWord = (field: string): boolean => field !== '' && !MISSING.test(field) && Number.isNaN(Number(field));

/** Words and no number; names may be absent, as that of the index column that pandas writes. */
const looksLikeHeader = (fields: readonly string[]): boolean =>
  fields.some(isWord) && fields.every((field) => field === '' || isWord(field));

async function* prepend(first: Row | null, rest: AsyncIterator<Row>): AsyncGenerator<Row> {
  try {
    if (first) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/**
 * Opens a CSV file. Its first record is a header if it has words and no number.
 *
 * @param path `-`: standard input
 * @throws InputError where the file cannot be read, is empty or is not CSV
 */
export async function readTable(path: string, delimiter = ','): Promise<Table> {
  const file = path === STDIN ? 'standard input' : path;
  const all = records(path, file, delimiter);
  const first = await all.next();
  if (first.done) throw new InputError(`${file}: is empty; expected rows of numbers, after a header if you like.`);
  const isHeader = looksLikeHeader(first.value.fields);
  return { file, header: isHeader ? first.value.fields : null, rows: prepend(isHeader ? null : first.value, all) };
}
