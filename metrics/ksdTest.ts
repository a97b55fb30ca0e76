import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../plugin/energy/energy.ts';
import { type Points, toPoints } from '../plugin/energy/points.ts';
import { scoreOf } from '../plugin/losses/scoreOf.ts';
import { euclidean } from '../plugin/manifolds/euclidean.ts';
import { isFlat } from '../plugin/manifolds/isFlat.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { imq } from '../plugin/stein/imq.ts';
import { rbf } from '../plugin/stein/rbf.ts';
import { type Bootstrap, bootstrapWeights } from './bootstrapWeights.ts';
import { medianDistance } from './medianDistance.ts';
import { type Scored, steinDiscrepancies } from './steinDiscrepancies.ts';

/** An energy, or the score −∇E: `[batch, d]` → `[batch, d]`. An `energyModel` in flat space has one. */
export type Scoring = Energy | { readonly score: (x: Tensor2D) => Tensor2D; readonly manifold?: Manifold };

export interface KsdTestOptions {
  /** `imq` (default): (1 + r²/ℓ²)^(−½). `rbf`: exp(−r²/2ℓ²), blind in many dimensions. */
  readonly base?: keyof typeof kernels;
  /** ℓ. Default: the median distance between points. */
  readonly bandwidth?: number;
  /** `multinomial` (default) for independent points; `wild` for the draws of one chain in their order. */
  readonly bootstrap?: Bootstrap;
  /** `wild`: probability that the sign changes between neighbours. ½ (default) for independent points; for a chain about 1/(2 · lags until it forgets). */
  readonly change?: number;
  /** Default 1000. */
  readonly replicates?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface KsdTestResult {
  /** Estimate of KSD² over pairs of different points, without bias; may be negative. */
  readonly statistic: number;
  /** Share of replicates whose statistic is as large, this one included: small where the points do not have the law. At least 1/(replicates + 1). */
  readonly pValue: number;
  readonly bandwidth: number;
}

const kernels = { imq, rbf };

/** Entries of a block of the Stein kernel: 4 MB for each of the ten or so tensors that make it. */
const BLOCK = 2 ** 20;

type Settings = Required<Omit<KsdTestOptions, 'bandwidth'>> & Pick<KsdTestOptions, 'bandwidth'>;

const defaults: Settings = { base: 'imq', bootstrap: 'multinomial', change: 0.5, replicates: 1000, seed: 0 };

function checkOptions({ base, bandwidth, bootstrap, change, replicates }: Settings): void {
  const known = { base: Object.keys(kernels), bootstrap: ['multinomial', 'wild'] };
  for (const [name, given] of Object.entries({ base, bootstrap })) {
    const words = known[name as keyof typeof known];
    if (!words.includes(given)) throw new Error(`ksdTest: unknown ${name} "${given}"; expected one of ${words.join(', ')}.`);
  }
  if (bandwidth !== undefined && !(bandwidth > 0 && Number.isFinite(bandwidth)))
    throw new RangeError(`ksdTest: bandwidth must be a positive number; got ${bandwidth}.`);
  if (!(change > 0 && change <= 1)) throw new RangeError(`ksdTest: change must be a probability above 0; got ${change}.`);
  if (!Number.isInteger(replicates) || replicates < 1)
    throw new RangeError(`ksdTest: replicates must be a whole number of at least 1; got ${replicates}.`);
}

function scoringOf(model: Scoring): (x: Tensor2D) => Tensor2D {
  if (typeof model === 'function') return scoreOf(model);
  const { manifold } = model;
  if (manifold !== undefined && !isFlat(manifold))
    throw new Error(`ksdTest: the test is for flat space; the model lives on ${manifold.name}.`);
  return (x) => model.score(x);
}

/** Points with their scores, moved so that their mean is 0: the kernel sees differences only, and small coordinates round less. */
function scored(x: Tensor2D, scoring: (x: Tensor2D) => Tensor2D): Scored {
  const score = tf.tidy(() => scoring(x));
  if (score.rank === 2 && score.shape[0] === x.shape[0] && score.shape[1] === x.shape[1])
    return { x: tf.tidy(() => tf.sub(x, tf.mean(x, 0, true))), score };
  score.dispose();
  throw new Error(
    `ksdTest: for points [${x.shape.join(', ')}] the score has shape [${score.shape.join(', ')}]; expected that of the points.`,
  );
}

/** Σ wᵢwⱼhᵢⱼ over i ≠ j for the weights in each column. */
async function quadraticForms(points: Scored, weights: Tensor2D, form: (a: Scored, b: Scored) => Tensor2D): Promise<Float64Array> {
  const [n, columns] = weights.shape;
  const sums = new Float64Array(columns);
  const rows = Math.max(1, Math.floor(BLOCK / n));
  for (let start = 0; start < n; start += rows) {
    const here = Math.min(rows, n - start);
    const part = tf.tidy(() => {
      const cut = (t: Tensor2D) => tf.slice(t, [start, 0], [here, -1]);
      const block = form({ x: cut(points.x), score: cut(points.score) }, points);
      const others = tf.sub(
        1,
        tf.pad(tf.eye(here), [
          [0, 0],
          [start, n - start - here],
        ]),
      );
      return tf.sum(tf.mul(cut(weights), tf.matMul(tf.mul(block, others) as Tensor2D, weights)), 0);
    });
    for (const [b, value] of (await part.data()).entries()) sums[b] += value;
    part.dispose();
  }
  return sums;
}

/**
 * Tests whether points have the law exp(−E)/Z in R^d, whose Z nobody knows: the kernelized Stein discrepancy with a bootstrap p-value (Liu, Lee & Jordan
 * 2016; Chwialkowski, Strathmann & Gretton 2016). Costs n² kernels and n² · replicates products, in blocks of rows of 2²⁰ entries.
 *
 * @param model the energy, or its score
 * @param x points `[n, d]`, at least 2
 * @throws Error for models on manifolds, unknown options, a score of another shape, or where a score is not a finite number
 */
export async function ksdTest(model: Scoring, x: Points, options: KsdTestOptions = {}): Promise<KsdTestResult> {
  const settings: Settings = { ...defaults, ...options };
  checkOptions(settings);
  const scoring = scoringOf(model);
  await tf.ready();
  const given = toPoints(euclidean(), x, 'ksdTest(x)');
  const n = given.shape[0];
  if (n < 2) throw new Error(`ksdTest: expected at least two points, got ${n}.`);
  const points = scored(given, scoring);
  if (given !== x) given.dispose();
  const { base, replicates, bootstrap, seed, change } = settings;
  const bandwidth = settings.bandwidth ?? (await medianDistance(points.x));
  const kernel = kernels[base]({ bandwidth });
  const ones = tf.ones([n, 1]);
  const drawn = tf.tensor2d(bootstrapWeights(bootstrap, n, replicates, seed, change), [n, replicates]);
  const weights = tf.concat([ones, drawn], 1) as Tensor2D;
  const sums = await quadraticForms(points, weights, (a, b) => steinDiscrepancies(a, b, kernel));
  tf.dispose([points.x, points.score, ones, drawn, weights]);
  const statistic = sums[0] / (n * (n - 1));
  if (!Number.isFinite(statistic)) throw new Error('ksdTest: the score is not a finite number at some of the points.');
  // Replicates carry 1/n² where the statistic has 1/(n(n − 1)).
  const as = sums.subarray(1).filter((sum) => (sum * n) / (n - 1) >= statistic).length;
  return { statistic, pValue: (1 + as) / (1 + replicates), bandwidth };
}
