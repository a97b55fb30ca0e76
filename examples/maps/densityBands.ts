import { contours } from 'd3-contour';
import { short } from './ink.ts';
import type { LonLat } from './places.ts';
import type { Projection } from './projection.ts';

/** Log-densities in nats at places. */
export type LogDensity = (places: readonly LonLat[]) => Promise<ArrayLike<number>>;

export interface Band {
  /** Log-density from which the band is drawn; it lies on top of those below. */
  readonly from: number;
  readonly path: string;
}

/** Pixels between the places at which the density is evaluated. */
const CELL = 2;

/** Log-densities at the middles of cells all over the frame, row by row. */
async function onGrid(
  { frame, invert }: Projection,
  logDensity: LogDensity,
): Promise<{ values: ArrayLike<number>; columns: number; rows: number }> {
  const columns = Math.ceil(frame.width / CELL);
  const rows = Math.ceil(frame.height / CELL);
  const places = Array.from({ length: rows * columns }, (_, i) =>
    invert(frame.left + ((i % columns) + 0.5) * CELL, frame.top + (Math.floor(i / columns) + 0.5) * CELL),
  );
  return { columns, rows, values: await logDensity(places) };
}

/** Regions of log-density above each level, as SVG paths. */
export async function densityBands(projection: Projection, logDensity: LogDensity, levels: readonly number[]): Promise<Band[]> {
  const { frame } = projection;
  const { values, columns, rows } = await onGrid(projection, logDensity);
  const lowest = Math.min(...levels) - 1;
  const shapes = contours()
    .size([columns, rows])
    .thresholds([...levels])(Array.from(values, (value) => Math.max(value, lowest)));
  const point = ([x, y]: readonly number[]) => `${short(frame.left + x * CELL)},${short(frame.top + y * CELL)}`;
  return shapes.map(({ value, coordinates }) => ({
    from: value,
    path: coordinates.flatMap((polygon) => polygon.map((ring) => `M${ring.slice(1).map(point).join('L')}Z`)).join(''),
  }));
}
