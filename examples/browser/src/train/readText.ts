import Papa from 'papaparse';
import { SPACES, type SpaceName } from './spaces.ts';

/** Points as the user gave them. */
export interface GivenPoints {
  readonly space: SpaceName;
  readonly rows: readonly (readonly number[])[];
  /** Which columns of a file were taken for what; null where there was no choice. */
  readonly taken: string | null;
}

/** Fewer say nothing about a density. */
const LEAST = 30;
/** More take longer than a page is for. */
const MOST = 200_000;

/** A width that no row has is told by its line, counted from 1. */
const fail = (line: number, message: string): never => {
  throw new Error(`Line ${line}: ${message}`);
};

interface Table {
  readonly fields: readonly (readonly string[])[];
  /** Where each row is in the text, counted from 1. */
  readonly lines: readonly number[];
  /** Number of a field; NaN: it is none. */
  readonly numberOf: (field: string | undefined) => number;
}

/** Rows of fields that are separated by commas, semicolons, tabs or spaces; without empty lines, and those that begin with #. */
function tableOf(text: string): Table {
  const numbered = text.split(/\r?\n/).map((content, i) => ({ content: content.trim(), line: i + 1 }));
  const kept = numbered.filter(({ content }) => /[^,;\s]/.test(content) && !content.startsWith('#'));
  const separated = kept.some(({ content }) => /[,;\t]/.test(content));
  const plain = kept.map(({ content }) => (separated ? content : content.replace(/ +/g, ',')));
  const { data, meta } = Papa.parse<string[]>(plain.join('\n'), { delimitersToGuess: [';', '\t', ','] });
  const comma = meta.delimiter !== ',';
  const numberOf = (field: string | undefined): number => {
    const trimmed = field?.trim() ?? '';
    const written = comma ? trimmed.replace(',', '.') : trimmed;
    return written === '' || !Number.isFinite(Number(written)) ? Number.NaN : Number(written);
  };
  return { fields: kept.length === 0 ? [] : data, lines: kept.map(({ line }) => line), numberOf };
}

interface Places {
  readonly places: readonly number[];
  /** Whether the header names them all. */
  readonly named: boolean;
}

function placesOf(space: SpaceName, header: readonly string[] | null, width: number): Places {
  const { columns } = SPACES[space];
  const named = columns.map(({ names }) => header?.findIndex((name) => names.includes(name.trim().toLowerCase())) ?? -1);
  if (named.every((place) => place >= 0)) return { places: named, named: true };
  if (width < columns.length)
    throw new Error(
      `Expected ${columns.length} numbers a line, ${columns.map(({ title }) => title).join(' and ')}; got ${width}. Choose another space, or other data.`,
    );
  return { places: columns.map((_, i) => i), named: false };
}

/**
 * The points of a text: numbers separated by commas, semicolons, tabs or spaces, a header or none. Where commas do not separate they may be decimal ones.
 *
 * @throws Error that says in which line what is wrong
 */
export function readText(text: string, space: SpaceName): GivenPoints {
  const { fields, lines, numberOf } = tableOf(text);
  if (fields.length === 0) throw new Error('There is nothing to read. Paste lines of numbers, or choose a CSV file.');
  const header = fields[0].every((field) => Number.isNaN(numberOf(field))) ? fields[0] : null;
  const first = header === null ? 0 : 1;
  const body = fields.slice(first);
  if (body.length < LEAST) throw new Error(`Expected at least ${LEAST} points to learn a density from; got ${body.length}.`);
  if (body.length > MOST)
    throw new Error(
      `Expected at most ${MOST.toLocaleString('en')} points; got ${body.length.toLocaleString('en')}. Take a sample of them.`,
    );
  const { columns } = SPACES[space];
  const { places, named } = placesOf(space, header, body[0].length);
  const rows = body.map((row, i) =>
    places.map((place, k) => {
      const { title, range } = columns[k];
      const value = numberOf(row[place]);
      if (Number.isNaN(value)) fail(lines[i + first], `${title} is ${JSON.stringify(row[place] ?? '')}, expected a number.`);
      if (range !== null && (value < range[0] || value > range[1]))
        fail(lines[i + first], `${title} is ${value}, expected degrees from ${range[0]} to ${range[1]}.`);
      return value;
    }),
  );
  const chosen = body[0].length > columns.length || (header !== null && !named);
  const taken = places.map((place, k) => `${header?.[place].trim() ?? `column ${place + 1}`} as ${columns[k].title}`).join(', ');
  return { space, rows, taken: chosen ? taken : null };
}

/**
 * The text of a file, in UTF-8, or UTF-16 with its mark, or else Windows-1252.
 *
 * @throws Error where it is no text
 */
export function decodeText(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  if (bytes.includes(0)) throw new Error('It is not a text file. Expected lines of numbers (CSV), or a checkpoint of this page.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Points as a text that `readText` reads. */
export const asText = ({ space, rows }: Pick<GivenPoints, 'space' | 'rows'>): string =>
  `${[SPACES[space].columns.map(({ names }) => names[0]), ...rows].map((row) => row.join(',')).join('\n')}\n`;
