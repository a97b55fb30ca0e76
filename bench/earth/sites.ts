import { randomStream } from '../../random/stream.ts';
import { BACKGROUND, NEIGHBOURHOOD } from './settings.ts';

type Rows = readonly (readonly number[])[];

/** Where kernels stand. */
export interface Sites {
  /** Unit vectors in single precision, no two alike. */
  readonly points: Rows;
  /** Logarithm of the density of the other points around each, less its mean. */
  readonly crowding: Float64Array;
}

/** 20 m on the Earth: far below the finest detail, far above the rounding of a coordinate. */
const APART = 3e-6;

/** Points moved by about `APART`, so that events at one place can be told apart. */
const toldApart = (points: Rows, seed: number): number[][] => {
  const stream = randomStream(seed, points.length);
  return points.map((point) => {
    const moved = point.map((c) => c + APART * stream.gaussian());
    const norm = Math.hypot(...moved);
    return moved.map((c) => Math.fround(c / norm));
  });
};

/** log-density of the other points at each, by kernels of width `NEIGHBOURHOOD` over a little background. */
function logDensityOfOthers(points: Rows): Float64Array {
  const [x, y, z] = [0, 1, 2].map((k) => Float64Array.from(points, (point) => point[k]));
  const precision = NEIGHBOURHOOD ** -2;
  return Float64Array.from(points, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.length; j++)
      if (j !== i) sum += Math.exp(-0.5 * precision * ((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 + (z[i] - z[j]) ** 2));
    const kernels = (sum * precision) / (2 * Math.PI * (points.length - 1));
    return Math.log((1 - BACKGROUND) * kernels + BACKGROUND / (4 * Math.PI));
  });
}

/** Kernels at all events of S², and how dense the others are around them. */
export function sitesAt(events: Rows, seed: number): Sites {
  const points = toldApart(events, seed);
  const logDensities = logDensityOfOthers(points);
  const mean = logDensities.reduce((sum, value) => sum + value, 0) / points.length;
  return { points, crowding: logDensities.map((value) => value - mean) };
}
