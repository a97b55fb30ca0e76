import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { InputError } from '../errors.ts';
import { ambient } from './ambient.ts';
import { type AngleUnit, angles } from './angles.ts';
import type { ColumnRequest, Columns } from './columns.ts';
import { lonlat } from './lonlat.ts';

/** How the columns of a file stand for points of a manifold. */
export interface Coordinates {
  /** As messages name it. */
  readonly option: string;
  /** What a column holds: a coordinate, an angle. */
  readonly noun: string;
  /** The columns to read. */
  choose(request: ColumnRequest): Columns;
  /** Why a number cannot be one of column k of the chosen, or null. */
  fault(value: number, k: number): string | null;
  /** The point of a row. */
  toPoint(values: readonly number[]): number[];
  /** Inverts `toPoint`. */
  fromPoint(point: ArrayLike<number>): readonly number[];
  /** Names of the columns of points with m ambient coordinates. */
  names(m: number): string[];
  /** Columns that points with m ambient coordinates take. */
  columns(m: number): number;
  /** The manifold of so many columns, where none is named. */
  manifold(columns: number): Promise<Manifold>;
  /** Which manifolds have such coordinates, by name, and how a message says so; absent: all. */
  readonly belongTo?: { readonly names: RegExp; readonly said: string };
  /** What the user may want to know of how the file was read, or null. */
  note(file: CoordinatesRead): string | null;
}

export interface CoordinatesRead {
  readonly file: string;
  readonly header: readonly string[] | null;
  /** Whether the user said which columns to read. */
  readonly chosen: boolean;
  readonly points: readonly (readonly number[])[];
}

export interface CoordinateFlags {
  /** Degrees of longitude and latitude, as points of S². */
  readonly lonlat?: boolean | undefined;
  /** Angles in a unit, as points of a torus or the circle. */
  readonly angles?: AngleUnit | undefined;
}

/** @throws InputError for two of the options at once */
export function coordinatesOf(flags: CoordinateFlags): Coordinates {
  if (flags.lonlat && flags.angles !== undefined)
    throw new InputError('--lonlat and --angles: columns are one or the other; give one of them.');
  if (flags.lonlat) return lonlat;
  return flags.angles === undefined ? ambient : angles(flags.angles);
}

/** @throws InputError where the manifold has no such coordinates */
export function checkCoordinates({ option, belongTo }: Coordinates, manifold: string): void {
  if (belongTo && !belongTo.names.test(manifold)) throw new InputError(`${option}: ${belongTo.said}, but the manifold is ${manifold}.`);
}
