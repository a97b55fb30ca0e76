import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { sphere } from '../plugin/manifolds/sphere.ts';
import { permutation } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { goldenSection } from './goldenSection.ts';
import { kernelSpace, type Rows } from './kernelSpace.ts';
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

/** What lies so far below the greatest term of a sum, in nats, does not change its fifteen digits: a million of them are 10⁻¹⁴ of it. */
const NEGLIGIBLE = 46;

/**
 * log of the mean of exp(κ(⟨x, y⟩ − 1)) over those y that `counts` admits, for the point x at `at` in `points`. κ(⟨x, y⟩ − 1) = −κ|x − y|²/2 keeps its
 * digits for near points.
 */
function logMean(
  { points, at, centres, columns }: { points: Float64Array; at: number; centres: Float64Array; columns: number },
  kappa: number,
  counts?: (j: number) => boolean,
): number {
  const squares = new Float64Array(centres.length / columns);
  let n = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < squares.length; j++) {
    if (counts !== undefined && !counts(j)) continue;
    let square = 0;
    for (let k = 0; k < columns; k++) square += (points[at + k] - centres[j * columns + k]) ** 2;
    squares[n++] = square;
    if (square < least) least = square;
  }
  const most = least + (2 * NEGLIGIBLE) / kappa;
  let sum = 0;
  for (let j = 0; j < n; j++) if (squares[j] < most) sum += Math.exp((-kappa / 2) * (squares[j] - least));
  return Math.log(sum / n) - (kappa / 2) * least;
}

/** The best κ by a grid over the logarithm of the width, since the likelihood may have several maxima, then golden sections around its best. */
function bestKappa(score: (kappa: number) => number): number {
  const spacing = Math.log(NARROWEST / WIDEST) / (GRID - 1);
  const at = (i: number) => score(1 / (WIDEST * Math.exp(i * spacing)) ** 2);
  const scores = Array.from({ length: GRID }, (_, i) => at(i));
  const best = scores.indexOf(Math.min(...scores));
  return 1 / (WIDEST * Math.exp(goldenSection(at, Math.max(0, best - 1), Math.min(GRID - 1, best + 1), 1e-3) * spacing)) ** 2;
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
  const { kappa, background = 0, folds = points.length, scored = points.length, seed = 0 } = options;
  if (points.length < 2) throw new Error(`kernelDensity: expected at least two points, got ${points.length}.`);
  const space = kernelSpace(options.manifold ?? sphere(Math.max(2, points[0].length) - 1));
  const { columns } = space;
  const centres = space.flatten(points, 'kernelDensity');
  if (kappa !== undefined && !(kappa > 0 && Number.isFinite(kappa)))
    throw new RangeError(`kernelDensity: kappa must be a positive number; got ${kappa}.`);
  if (!(background >= 0 && background < 1)) throw new RangeError(`kernelDensity: background must be in [0, 1); got ${background}.`);
  for (const [name, value, least] of [
    ['folds', folds, 2],
    ['scored', scored, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least || value > points.length)
      throw new RangeError(
        `kernelDensity: ${name} must be an integer from ${least} to the number of points, ${points.length}; got ${value}.`,
      );

  const place = permutation(points.length, randomStream(seed));
  const fold = place.map((p) => p % folds);
  const judges = Array.from(points.keys()).filter((i) => place[i] < scored);
  const score = (k: number): number => {
    const logZ = space.logNormaliser(k);
    const logDensity = (i: number): number => {
      const kernels = logMean({ points: centres, at: i * columns, centres, columns }, k, (j) => fold[j] !== fold[i]);
      return mixed(kernels - logZ, background, space.logVolume);
    };
    return -judges.reduce((sum, i) => sum + logDensity(i), 0) / judges.length;
  };
  const chosen = kappa ?? bestKappa(score);
  const logZ = space.logNormaliser(chosen);
  const logDensity = (x: Rows): Float64Array => {
    const flat = space.flatten(x, 'logDensity');
    return Float64Array.from({ length: x.length }, (_, i) =>
      mixed(logMean({ points: flat, at: i * columns, centres, columns }, chosen) - logZ, background, space.logVolume),
    );
  };
  return {
    kappa: chosen,
    crossValidation: kappa === undefined ? score(chosen) : null,
    logDensity,
    negativeLogLikelihood: (x) => -logDensity(x).reduce((sum, value) => sum + value, 0) / x.length,
  };
}
