import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { sphere } from '../plugin/manifolds/sphere.ts';
import { permutation } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { kernelSpace, type Rows } from './kernelSpace.ts';
import { leastOnGrids } from './leastOnGrids.ts';
import { logSumExp } from './logSumExp.ts';

export interface KernelDensityOptions {
  /** A sphere or a torus. Default: the sphere in the space of the points. */
  readonly manifold?: Manifold;
  /** Concentration κ of the kernel, about 1/bandwidth². Default: the one of greatest cross-validated likelihood. */
  readonly kappa?: number;
  /** Share of a uniform density mixed in, in [0, 1). Without one, a single far point decides how wide all kernels are. Default 0. */
  readonly background?: number;
  /** Folds of the cross-validation. Default: one for each point, which leaves one out at a time. */
  readonly folds?: number;
  /** How many of the points, chosen by the seed, the cross-validation scores, each by all points of other folds. Default: all of them. */
  readonly scored?: number;
  /** Fixes which points share a fold, and which are scored. Default 0. */
  readonly seed?: number;
}

/** A density made of a bump at every point: von Mises–Fisher on Sⁿ, products of von Mises on Tⁿ. */
export interface KernelDensity {
  readonly kappa: number;
  /** Mean negative log-density in nats of the scored points, each given the other folds; null where κ was given. */
  readonly crossValidation: number | null;
  /** Log-density in nats at points of the manifold, with respect to its volume. */
  logDensity(x: Rows): Float64Array;
  /** Mean of −logDensity, in nats. */
  negativeLogLikelihood(x: Rows): number;
}

/** Widths to search, in radians: half the sphere to three hundred metres on the Earth. */
const [WIDEST, NARROWEST] = [2, 5e-5];
const GRID = 24;

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
 * Kernel density estimate on a sphere Sⁿ ⊂ R^(n+1) with von Mises–Fisher kernels (Hall, Watson & Cabrera 1987), or on a torus Tⁿ ⊂ R^2n with products of
 * von Mises kernels (Di Marzio, Panzera & Taylor 2011), in double precision. The concentration κ, the same for all angles of a torus, is given or chosen
 * by cross-validated likelihood; each evaluation costs n² kernels, or `scored` · n.
 *
 * @param points rows of n + 1 numbers, unit vectors; on a torus rows (cos t₁, sin t₁, …, cos tₙ, sin tₙ)
 * @throws for rows that are not points of the manifold, other manifolds, fewer than two points, κ that is not positive, a background outside [0, 1),
 * folds outside 2 … n, or scored outside 1 … n
 */
export function kernelDensity(points: Rows, options: KernelDensityOptions = {}): KernelDensity {
  checkOptionNames('kernelDensity', options, ['manifold', 'kappa', 'background', 'folds', 'scored', 'seed']);
  const { kappa, background = 0, folds = points.length, scored = points.length, seed = 0 } = options;
  if (points.length < 2) throw new Error(`kernelDensity: expected at least two points, got ${points.length}.`);
  const { checked, logNormaliser, logVolume } = kernelSpace(options.manifold ?? sphere(Math.max(2, points[0].length) - 1));
  const centres = checked(points, 'kernelDensity');
  if (kappa !== undefined && !(kappa > 0 && Number.isFinite(kappa)))
    throw new RangeError(`kernelDensity: kappa must be a positive number; got ${kappa}.`);
  if (!(background >= 0 && background < 1)) throw new RangeError(`kernelDensity: background must be in [0, 1); got ${background}.`);
  const limits = [
    ['folds', folds, 2],
    ['scored', scored, 1],
  ] as const;
  for (const [name, value, least] of limits)
    if (!Number.isInteger(value) || value < least || value > points.length)
      throw new RangeError(
        `kernelDensity: ${name} must be an integer from ${least} to the number of points, ${points.length}; got ${value}.`,
      );

  const place = permutation(centres.length, randomStream(seed));
  const fold = place.map((p) => p % folds);
  const judges = Array.from(centres.keys()).filter((i) => place[i] < scored);
  const logMeans = logMeansOver(centres);
  const scoresOf = (kappas: readonly number[]): Float64Array => {
    const logZ = kappas.map(logNormaliser);
    const scores = new Float64Array(kappas.length);
    for (const i of judges)
      for (const [k, value] of logMeans(centres[i], kappas, { of: fold, left: fold[i] }).entries())
        scores[k] -= mixed(value - logZ[k], background, logVolume) / judges.length;
    return scores;
  };
  const chosen = kappa ?? bestKappa(scoresOf);
  const logZ = logNormaliser(chosen);
  const logDensity = (x: Rows): Float64Array =>
    Float64Array.from(checked(x, 'logDensity'), (point) => mixed(logMeans(point, [chosen])[0] - logZ, background, logVolume));
  return {
    kappa: chosen,
    crossValidation: kappa === undefined ? scoresOf([chosen])[0] : null,
    logDensity,
    negativeLogLikelihood: (x) => -logDensity(x).reduce((sum, value) => sum + value, 0) / x.length,
  };
}
