import Papa from 'papaparse';
import { SPACES, type SpaceName } from './spaces.ts';

/** Points as the user gave them. */
export interface GivenPoints {
  readonly space: SpaceName;
  readonly rows: readonly (readonly number[])[];
  /** Which columns of a wider file were taken; null where there was no choice. */
  readonly taken: string | null;
}

/** Fewer say nothing about a density. */
const LEAST = 30;
/** More take longer than a page is for. */
const MOST = 200_000;

const isNumber = (field: string | undefined): boolean => field !== undefined && field.trim() !== '' && Number.isFinite(Number(field));

/** A width that no row has is told by its line, counted from 1. */
const fail = (line: number, message: string): never => {
  throw new Error(`Line ${line}: ${message}`);
};

function placesOf(space: SpaceName, header: readonly string[] | null, width: number): number[] {
  const { columns } = SPACES[space];
  const named = columns.map(({ names }) => header?.findIndex((name) => names.includes(name.trim().toLowerCase())) ?? -1);
  if (named.every((place) => place >= 0)) return named;
  if (width < columns.length)
    throw new Error(
      `Expected ${columns.length} numbers a line, ${columns.map(({ title }) => title).join(' and ')}; got ${width}. Choose another space, or other data.`,
    );
  return columns.map((_, i) => i);
}

/**
 * The points of a text: numbers separated by commas, semicolons, tabs or spaces, a header or none.
 *
 * @throws Error that says in which line what is wrong
 */
export function readText(text: string, space: SpaceName): GivenPoints {
  const plain = /[,;\t]/.test(text) ? text : text.replace(/[ ]+/g, ',');
  const { data } = Papa.parse<string[]>(plain.trim(), { skipEmptyLines: 'greedy', comments: '#' });
  if (data.length === 0) throw new Error('There is nothing to read. Paste lines of numbers, or choose a CSV file.');
  const header = data[0].some((field) => field.trim() !== '' && !isNumber(field)) ? data[0] : null;
  const body = header === null ? data : data.slice(1);
  const first = header === null ? 1 : 2;
  if (body.length < LEAST) throw new Error(`Expected at least ${LEAST} points to learn a density from; got ${body.length}.`);
  if (body.length > MOST)
    throw new Error(
      `Expected at most ${MOST.toLocaleString('en')} points; got ${body.length.toLocaleString('en')}. Take a sample of them.`,
    );
  const { columns } = SPACES[space];
  const places = placesOf(space, header, body[0].length);
  const rows = body.map((fields, i) =>
    places.map((place, k) => {
      const { title, range } = columns[k];
      if (!isNumber(fields[place])) fail(i + first, `${title} is ${JSON.stringify(fields[place] ?? '')}, expected a number.`);
      const value = Number(fields[place]);
      if (range !== null && (value < range[0] || value > range[1]))
        fail(i + first, `${title} is ${value}, expected degrees from ${range[0]} to ${range[1]}.`);
      return value;
    }),
  );
  const taken = body[0].length > columns.length ? places.map((place) => header?.[place].trim() ?? `column ${place + 1}`).join(', ') : null;
  return { space, rows, taken };
}

/** Points as a text that `readText` reads. */
export const asText = ({ space, rows }: Pick<GivenPoints, 'space' | 'rows'>): string =>
  `${[SPACES[space].columns.map(({ names }) => names[0]), ...rows].map((row) => row.join(',')).join('\n')}\n`;
