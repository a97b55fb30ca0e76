import { InputError } from '../errors.ts';
import { delimiterHint } from './delimiterHint.ts';

/** Columns of the file to read, in the order of the point's coordinates. */
export interface Columns {
  readonly indices: readonly number[];
  /** As messages name them: `column 2 (lat)`. */
  readonly labels: readonly string[];
}

export interface ColumnRequest {
  readonly file: string;
  readonly header: readonly string[] | null;
  /** Fields of the first record. */
  readonly width: number;
  /** Names, or numbers counted from 1. */
  readonly wanted?: readonly string[] | undefined;
}

const LONGITUDE = /^(lon|lng|long|longitude)$/i;
const LATITUDE = /^(lat|latitude)$/i;

const columns = (indices: readonly number[], header: readonly string[] | null): Columns => ({
  indices,
  labels: indices.map((i) => `column ${i + 1}${header ? ` (${header[i]})` : ''}`),
});

/** What there is to choose from. */
const offered = ({ header, width }: ColumnRequest): string =>
  header ? `the columns there are: ${header.join(', ')}` : `it has no header, and columns 1 to ${width}`;

const hint = ({ header }: ColumnRequest): string => delimiterHint(header ?? []);

function find(request: ColumnRequest, name: string): number {
  const { file, header, width } = request;
  const exact = header?.indexOf(name) ?? -1;
  if (exact >= 0) return exact;
  const loose = (header ?? []).flatMap((column, i) => (column.toLowerCase() === name.toLowerCase() ? [i] : []));
  if (loose.length === 1) return loose[0];
  if (/^[1-9]\d*$/.test(name) && Number(name) <= width) return Number(name) - 1;
  throw new InputError(`${file}: has no column "${name}"; ${offered(request)}. Give --columns names, or numbers from 1.${hint(request)}`);
}

/** The columns that were asked for, or all of them. */
export function chooseColumns(request: ColumnRequest): Columns {
  const { header, width, wanted } = request;
  const indices = wanted?.map((name) => find(request, name)) ?? Array.from({ length: width }, (_, i) => i);
  return columns(indices, header);
}

function unique(request: ColumnRequest, pattern: RegExp, what: string): number {
  const { file, header } = request;
  const found = (header ?? []).flatMap((name, i) => (pattern.test(name) ? [i] : []));
  if (found.length === 1) return found[0];
  throw new InputError(
    `${file}: ${found.length === 0 ? 'no column' : 'more than one column'} is named as a ${what}; ${offered(request)}. ` +
      `Say which to read, longitude first: --columns LON,LAT.${hint(request)}`,
  );
}

/**
 * The columns of longitude and latitude, in this order: by their usual names, or the two of `wanted`, which are in this order too
 * unless their names say otherwise. Without a header, the two columns of the file.
 */
export function chooseLonLat(request: ColumnRequest): Columns {
  const { file, header, width, wanted } = request;
  if (wanted === undefined) {
    if (header) return columns([unique(request, LONGITUDE, 'longitude'), unique(request, LATITUDE, 'latitude')], header);
    if (width === 2) return columns([0, 1], header);
    throw new InputError(
      `${file}: ${offered(request)}. Say which are longitude and latitude, longitude first: --columns 2,1.${hint(request)}`,
    );
  }
  if (wanted.length !== 2) throw new InputError(`--columns: with --lonlat two columns are read, LON,LAT; got ${wanted.length}.`);
  const [first, second] = wanted.map((name) => find(request, name));
  const named = (i: number, pattern: RegExp) => pattern.test(header?.[i] ?? '');
  const swapped = named(first, LATITUDE) || named(second, LONGITUDE);
  return columns(swapped ? [second, first] : [first, second], header);
}
