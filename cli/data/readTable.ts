import { createReadStream } from 'node:fs';
import { type CsvRecord, csvRecords, isHeader } from '../../models/data/csvRows.ts';
import { InputError } from '../errors.ts';

export interface Table {
  /** As messages name it. */
  readonly file: string;
  /** null where the file has no header. */
  readonly header: readonly string[] | null;
  readonly rows: AsyncIterable<CsvRecord>;
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
    const { lines, message } = error as Error & { lines?: number };
    return new InputError(`${file}:${lines ?? 1}: not valid CSV: ${message}`, { cause: error });
  }
  return new InputError(`${file}: cannot be read: ${reading[error.code ?? ''] ?? error.message}.`, { cause: error });
}

async function* records(path: string, file: string, delimiter: string): AsyncGenerator<CsvRecord> {
  try {
    yield* csvRecords(() => (path === STDIN ? process.stdin : createReadStream(path)), delimiter);
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

async function* prepend(first: CsvRecord | null, rest: AsyncIterator<CsvRecord>): AsyncGenerator<CsvRecord> {
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
  const headed = isHeader(first.value.fields);
  return { file, header: headed ? first.value.fields : null, rows: prepend(headed ? null : first.value, all) };
}
