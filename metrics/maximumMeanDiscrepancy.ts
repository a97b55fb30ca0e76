import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import { type Points, toPoints } from '../plugin/energy/points.ts';
import { euclidean } from '../plugin/manifolds/euclidean.ts';
import { imq } from '../plugin/stein/imq.ts';
import { rbf } from '../plugin/stein/rbf.ts';
import { randomStream } from '../random/stream.ts';
import { medianDistance } from './medianDistance.ts';
import { deviationOf } from './nats.ts';
import { quadraticForms } from './quadraticForms.ts';
import { resampledCounts } from './resampledCounts.ts';

/** A positive definite function of points `[n, d]` and `[m, d]`: k(xᵢ, yⱼ), `[n, m]`. */
export type PairKernel = (x: Tensor2D, y: Tensor2D) => Tensor2D;

export interface DiscrepancyOptions {
  /** `imq` (default): (1 + r²/ℓ²)^(−½). `rbf`: exp(−r²/2ℓ²). Or a function of one's own. */
  readonly kernel?: keyof typeof kernels | PairKernel;
  /** ℓ of the named kernels. Default: the median distance between different points of both sets. */
  readonly bandwidth?: number;
  /** Resampled pairs of sets that the standard error comes from. Default 100; 0: none, and NaN. */
  readonly replicates?: number;
  /** Fixes the resampling. Default 0. */
  readonly seed?: number;
}

export interface Discrepancy {
  /** Estimate of MMD² without bias: below 0 for about half of all pairs of sets of one law. */
  readonly squared: number;
  /** Its deviation over resampled sets. */
  readonly standardError: number;
  /** null for a kernel of one's own. */
  readonly bandwidth: number | null;
}

const kernels = { imq, rbf };

const NAME = 'maximumMeanDiscrepancy';

function checkOptions({ kernel = 'imq', bandwidth, replicates = 100 }: DiscrepancyOptions): void {
  if (typeof kernel !== 'function' && !Object.hasOwn(kernels, kernel))
    throw new Error(
      `${NAME}: unknown kernel ${JSON.stringify(kernel)}; expected ${Object.keys(kernels).join(', ')} or a function (x, y) => k(x, y), [n, m].`,
    );
  if (bandwidth !== undefined && typeof kernel === 'function')
    throw new Error(`${NAME}: a kernel of your own has its own bandwidth; leave it out.`);
  if (bandwidth !== undefined && !(bandwidth > 0 && Number.isFinite(bandwidth)))
    throw new RangeError(`${NAME}: bandwidth must be a positive number, in the units of the points; got ${bandwidth}.`);
  if (!Number.isInteger(replicates) || replicates < 0)
    throw new RangeError(`${NAME}: replicates must be a whole number, 0 for none; got ${replicates}.`);
}

/** Checked sets one above the other, `[n + m, d]`. */
async function pooled(x: Points, y: Points): Promise<{ points: Tensor2D; n: number; m: number }> {
  const { points, n, m } = tf.tidy(() => {
    const sets = [toPoints(euclidean(), x, `${NAME}(x)`), toPoints(euclidean(), y, `${NAME}(y)`)];
    const [[n, d], [m, e]] = sets.map(({ shape }) => shape);
    if (d !== e) throw new Error(`${NAME}: points of x have ${d} coordinates, those of y ${e}; expected as many.`);
    if (n < 2 || m < 2) throw new Error(`${NAME}: expected at least two points in each set; got ${n} and ${m}.`);
    return { points: tf.concat(sets, 0) as Tensor2D, n, m };
  });
  const finite = tf.tidy(() => tf.all(tf.isFinite(points)));
  const [all] = await finite.data();
  finite.dispose();
  if (all) return { points, n, m };
  points.dispose();
  throw new Error(`${NAME}: a coordinate is not a finite number.`);
}

/**
 * Three columns of weights for each pair of sets that hold row i cᵢ times: c/n and −c/m side by side, c/n alone, c/m alone. `[n + m, 3
 * (replicates + 1)]` by rows, the sets as they are first.
 */
function weightsOf(n: number, m: number, replicates: number, seed: number): Float32Array {
  const columns = 3 * (replicates + 1);
  const weights = new Float32Array((n + m) * columns);
  for (let r = 0; r <= replicates; r++) {
    const [first, second] = [n, m].map((size, set) =>
      r === 0 ? new Uint32Array(size).fill(1) : resampledCounts(size, randomStream(seed, r, set).uniform),
    );
    first.forEach((count, i) => {
      weights.set([count / n, count / n], i * columns + 3 * r);
    });
    second.forEach((count, j) => {
      weights.set([-count / m, 0, count / m], (n + j) * columns + 3 * r);
    });
  }
  return weights;
}

/**
 * MMD² of two laws from a set of points of each, E k(x, x′) + E k(y, y′) − 2 E k(x, y), as the mean over pairs of different points:
 * equation 3 of Gretton et al. 2012, without bias. 0 for equal laws only, with a kernel such as these. On spheres and other manifolds the
 * kernel is that of the space around.
 *
 * Both sets are resampled for the standard error, so points have to be independent; a point and its copy are no pair. Between laws that are
 * nearly equal it is half as large again as it should be. Costs (n + m)² kernels and 3 (n + m)² · replicates / 2 products: 4 s for two sets
 * of 2,000 points on the `cpu` backend.
 *
 * @param x points `[n, d]`
 * @param y points `[m, d]`
 * @throws Error for fewer than two points, sets of different dimensions, numbers that are not finite, an unknown kernel and
 *   values of one's own kernel of another shape; RangeError for options out of range
 */
export async function maximumMeanDiscrepancy(x: Points, y: Points, options: DiscrepancyOptions = {}): Promise<Discrepancy> {
  checkOptionNames(NAME, options, ['kernel', 'bandwidth', 'replicates', 'seed']);
  checkOptions(options);
  const { kernel = 'imq', replicates = 100, seed = 0 } = options;
  await tf.ready();
  const { points, n, m } = await pooled(x, y);
  const opened: tf.Tensor[] = [points];
  try {
    const bandwidth = typeof kernel === 'function' ? null : (options.bandwidth ?? (await medianDistance(points, NAME)));
    const pairs: PairKernel =
      typeof kernel === 'function'
        ? kernel
        : (a, b) =>
            kernels[kernel]({ bandwidth: bandwidth as number })
              .pairs(a, b)
              .matrix();
    const rows = (start: number, here: number): Tensor2D =>
      tf.tidy(() => {
        const block = pairs(tf.slice(points, [start, 0], [here, -1]), points);
        if (block.rank === 2 && block.shape[0] === here && block.shape[1] === n + m) return tf.clone(block);
        throw new Error(
          `${NAME}: the kernel of ${here} and ${n + m} points has shape [${block.shape.join(', ')}]; expected [${here}, ${n + m}].`,
        );
      });
    const weights = tf.tensor2d(weightsOf(n, m, replicates, seed), [n + m, 3 * (replicates + 1)]);
    opened.push(weights);
    const sums = await quadraticForms(weights, rows);
    // The first sum has 1/n² of Σ k(xᵢ, xⱼ) over pairs of different points, and 1/n(n − 1) is wanted.
    const at = (r: number): number => {
      const [both, first, second] = sums.subarray(3 * r, 3 * r + 3);
      return both + first / (n - 1) + second / (m - 1);
    };
    const squared = at(0);
    if (!Number.isFinite(squared)) throw new Error(`${NAME}: the kernel is not a finite number at some of the points.`);
    const found = Float64Array.from({ length: replicates }, (_, r) => at(r + 1));
    return { squared, standardError: deviationOf(found), bandwidth };
  } finally {
    tf.dispose(opened);
  }
}
