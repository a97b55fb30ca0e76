import { permutation } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { leastOnGrids } from './leastOnGrids.ts';
import { logSumExp } from './logSumExp.ts';
import { vonMisesFisherNormaliser } from './vonMisesFisher.ts';

type Rows = readonly ArrayLike<number>[];

export interface KernelDensityOptions {
  /** Concentration κ of the kernel, about 1/bandwidth². Default: the one of greatest cross-validated likelihood. */
  readonly kappa?: number;
  /** Share of a uniform density mixed in, in [0, 1). Without one, a single far point decides how wide all kernels are. Default 0. */
  readonly background?: number;
  /** Folds of the cross-validation. Default: one for each point, which leaves one out at a time. */
  readonly folds?: number;
  /** Fixes which points share a fold. Default 0. */
  readonly seed?: number;
}

/** A density on Sⁿ made of a von Mises–Fisher bump at every point. */
export interface KernelDensity {
  readonly kappa: number;
  /** Mean negative log-density in nats of each fold's points given the others; null where κ was given. */
  readonly crossValidation: number | null;
  /** Log-density in nats at points of the sphere, with respect to its volume. */
  logDensity(x: Rows): Float64Array;
  /** Mean of −logDensity, in nats. */
  negativeLogLikelihood(x: Rows): number;
}

/** Widths to search, in radians: half the sphere to three hundred metres on the Earth. */
const [WIDEST, NARROWEST] = [2, 5e-5];
const GRID = 24;

/** Unit rows, in double precision. */
function checked(points: Rows, columns: number, where: string): Float64Array[] {
  return points.map((row, i) => {
    const point = Float64Array.from(row);
    const norm = Math.hypot(...point);
    // Rows that were float32 are off by 1e-7.
    if (point.length === columns && columns > 1 && Math.abs(norm - 1) < 1e-4) return point.map((c) => c / norm);
    throw new Error(
      `${where}: row ${i} is (${Array.from(row).slice(0, 6).join(', ')}), of norm ${norm}; expected a unit vector of ${Math.max(2, columns)} columns.`,
    );
  });
}

/** Terms smaller than the largest by this factor, in logarithms, do not reach the last digit of a sum of a million. */
const NEGLIGIBLE = 60;

/** Which centres count: all whose fold is not `left`. */
interface Folds {
  readonly of: Int32Array;
  readonly left: number;
}

/** Squared distances |x − y|² to the centres that count, in `squares`, and how many and the least of them. */
function squaresTo(x: Float64Array, columns: readonly Float64Array[], folds: Folds | null, squares: Float64Array): [number, number] {
  const size = squares.length;
  squares.fill(0);
  for (let k = 0; k < x.length; k++) {
    const [at, column] = [x[k], columns[k]];
    for (let j = 0; j < size; j++) squares[j] += (at - column[j]) * (at - column[j]);
  }
  let n = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < size; j++) {
    if (folds !== null && folds.of[j] === folds.left) continue;
    const square = squares[j];
    squares[n++] = square;
    if (square < least) least = square;
  }
  return [n, least];
}

/** How log of the mean of exp(κ(⟨x, y⟩ − 1)) over centres y is found, for several κ. κ(⟨x, y⟩ − 1) = −κ|x − y|²/2 keeps its digits for near points. */
function logMeansOver(centres: readonly Float64Array[]): (x: Float64Array, kappas: readonly number[], folds?: Folds) => number[] {
  const columns = Array.from(centres[0], (_, k) => Float64Array.from(centres, (centre) => centre[k]));
  const squares = new Float64Array(centres.length);
  return (x, kappas, folds) => {
    const [n, least] = squaresTo(x, columns, folds ?? null, squares);
    return kappas.map((kappa) => {
      const reach = least + (2 * NEGLIGIBLE) / kappa;
      let sum = 0;
      for (let j = 0; j < n; j++) if (squares[j] < reach) sum += Math.exp((-kappa / 2) * (squares[j] - least));
      return Math.log(sum / n) - (kappa / 2) * least;
    });
  };
}

/** The best κ by a grid over the logarithm of the width, since the likelihood may have several maxima, then finer grids around its best. */
function bestKappa(scoresOf: (kappas: readonly number[]) => Float64Array): number {
  const spacing = Math.log(NARROWEST / WIDEST) / (GRID - 1);
  const kappaAt = (i: number) => 1 / (WIDEST * Math.exp(i * spacing)) ** 2;
  const at = (places: readonly number[]) => scoresOf(places.map(kappaAt));
  const scores = at(Array.from({ length: GRID }, (_, i) => i));
  const best = scores.indexOf(Math.min(...scores));
  return kappaAt(leastOnGrids(at, Math.max(0, best - 1), Math.min(GRID - 1, best + 1), 1e-3));
}

/** log(share · uniform + (1 − share) · e^logKernels). */
const mixed = (logKernels: number, share: number, logVolume: number): number =>
  share === 0 ? logKernels : logSumExp([Math.log(share) - logVolume, Math.log1p(-share) + logKernels]);

/**
 * Kernel density estimate on the sphere Sⁿ ⊂ R^(n+1) with von Mises–Fisher kernels, in double precision (Hall, Watson & Cabrera 1987). The
 * concentration κ is given or chosen by cross-validated likelihood; each evaluation costs n² kernels.
 *
 * @param points unit vectors, rows of n + 1 numbers
 * @throws for rows that are not unit vectors of one length, fewer than two points, κ that is not positive, a background outside [0, 1), or folds
 * outside 2 … n
 */
export function kernelDensity(
  points: Rows,
  { kappa, background = 0, folds = points.length, seed = 0 }: KernelDensityOptions = {},
): KernelDensity {
  if (points.length < 2) throw new Error(`kernelDensity: expected at least two points, got ${points.length}.`);
  const columns = points[0].length;
  const centres = checked(points, columns, 'kernelDensity');
  if (kappa !== undefined && !(kappa > 0 && Number.isFinite(kappa)))
    throw new RangeError(`kernelDensity: kappa must be a positive number; got ${kappa}.`);
  if (!(background >= 0 && background < 1)) throw new RangeError(`kernelDensity: background must be in [0, 1); got ${background}.`);
  if (!Number.isInteger(folds) || folds < 2 || folds > points.length)
    throw new RangeError(`kernelDensity: folds must be an integer from 2 to the number of points, ${points.length}; got ${folds}.`);

  const fold = permutation(centres.length, randomStream(seed)).map((place) => place % folds);
  const n = columns - 1;
  const logMeans = logMeansOver(centres);
  const logVolume = vonMisesFisherNormaliser(n, 0);
  const scoresOf = (kappas: readonly number[]): Float64Array => {
    const logZ = kappas.map((k) => vonMisesFisherNormaliser(n, k));
    const scores = new Float64Array(kappas.length);
    for (const [i, x] of centres.entries())
      for (const [k, value] of logMeans(x, kappas, { of: fold, left: fold[i] }).entries())
        scores[k] -= mixed(value - logZ[k], background, logVolume) / centres.length;
    return scores;
  };
  const chosen = kappa ?? bestKappa(scoresOf);
  const logZ = vonMisesFisherNormaliser(n, chosen);
  const logDensity = (x: Rows): Float64Array =>
    Float64Array.from(checked(x, columns, 'logDensity'), (point) => mixed(logMeans(point, [chosen])[0] - logZ, background, logVolume));
  return {
    kappa: chosen,
    crossValidation: kappa === undefined ? scoresOf([chosen])[0] : null,
    logDensity,
    negativeLogLikelihood: (x) => -logDensity(x).reduce((sum, value) => sum + value, 0) / x.length,
  };
}
