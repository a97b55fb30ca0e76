import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
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
import { quadraticForms } from './quadraticForms.ts';
import { steinDiscrepancies } from './steinDiscrepancies.ts';
import { tangentStein } from './tangentStein.ts';

/** An energy, or the score −grad E: `[batch, m]` → `[batch, m]`, tangent on a manifold. An `energyModel` has one. */
export type Scoring = Energy | { readonly score: (x: Tensor2D) => Tensor2D; readonly manifold?: Manifold };

export interface KsdTestOptions {
  /** Default: the model's, else flat space. */
  readonly manifold?: Manifold;
  /** `imq` (default): (1 + r²/ℓ²)^(−½). `rbf`: exp(−r²/2ℓ²), blind in many dimensions. */
  readonly base?: keyof typeof kernels;
  /** ℓ. Default: the median distance between points, on a manifold in the ambient space. */
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

type Settings = Required<Omit<KsdTestOptions, 'bandwidth' | 'manifold'>> & Pick<KsdTestOptions, 'bandwidth'>;

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

/** A model's scores, and where it lives. */
function scoringOf(model: Scoring, given: Manifold | undefined): { scoring: (x: Tensor2D) => Tensor2D; manifold: Manifold } {
  const own = typeof model === 'function' ? undefined : model.manifold;
  const manifold = given ?? own ?? euclidean();
  if (given !== undefined && own !== undefined && given.name !== own.name)
    throw new Error(`ksdTest: the model lives on ${own.name}, the manifold given is ${given.name}. Leave it out.`);
  return { manifold, scoring: typeof model === 'function' ? scoreOf(model, manifold) : (x) => model.score(x) };
}

/** The scores at the points, of their shape. */
function scoresAt(x: Tensor2D, scoring: (x: Tensor2D) => Tensor2D): Tensor2D {
  const score = tf.tidy(() => scoring(x));
  if (score.rank === 2 && score.shape[0] === x.shape[0] && score.shape[1] === x.shape[1]) return score;
  score.dispose();
  throw new Error(
    `ksdTest: for points [${x.shape.join(', ')}] the score has shape [${score.shape.join(', ')}]; expected that of the points.`,
  );
}

/** Rows of the Stein kernel in flat space. The points are moved so that their mean is 0: the kernel sees differences only, and small coordinates round less. */
function flatStein(points: Tensor2D, score: Tensor2D, base: keyof typeof kernels, bandwidth: number) {
  const kernel = kernels[base]({ bandwidth });
  return (start: number, here: number): Tensor2D =>
    tf.tidy(() => {
      const x: Tensor2D = tf.sub(points, tf.mean(points, 0, true));
      const cut = (t: Tensor2D): Tensor2D => tf.slice(t, [start, 0], [here, -1]);
      return steinDiscrepancies({ x: cut(x), score: cut(score) }, { x, score }, kernel);
    });
}

/**
 * Tests whether points have the law exp(−E)/Z, whose Z nobody knows: the kernelized Stein discrepancy with a bootstrap p-value (Liu, Lee & Jordan
 * 2016; Chwialkowski, Strathmann & Gretton 2016), on manifolds that have their metric from the ambient space too (`tangentStein`). Costs n² kernels and n² · replicates
 * products: 1.9 s for 1100 points and 1000 replicates on the `cpu` backend.
 *
 * @param model the energy, or its score, on a manifold the Riemannian one
 * @param x points `[n, m]`, at least 2
 * @throws Error for manifolds with another metric than the ambient space's, unknown options, a score of another shape, or where a score is not a finite number
 */
export async function ksdTest(model: Scoring, x: Points, options: KsdTestOptions = {}): Promise<KsdTestResult> {
  checkOptionNames('ksdTest', options, ['manifold', 'base', 'bandwidth', 'bootstrap', 'change', 'replicates', 'seed']);
  const settings: Settings = { ...defaults, ...options };
  checkOptions(settings);
  const { scoring, manifold } = scoringOf(model, options.manifold);
  await tf.ready();
  const points = tf.tidy(() => tf.clone(toPoints(manifold, x, 'ksdTest(x)')));
  const opened: tf.Tensor[] = [points];
  const opening = <T extends tf.Tensor>(t: T): T => {
    opened.push(t);
    return t;
  };
  try {
    const n = points.shape[0];
    if (n < 2) throw new Error(`ksdTest: expected at least two points, got ${n}.`);
    const [finite] = await opening(tf.tidy(() => tf.all(tf.isFinite(points)))).data();
    if (!finite) throw new Error('ksdTest(x): a coordinate is not a finite number.');
    const score = opening(scoresAt(points, scoring));
    const { base, replicates, bootstrap, seed, change } = settings;
    const bandwidth = settings.bandwidth ?? (await medianDistance(points, 'ksdTest'));
    const rows = isFlat(manifold)
      ? flatStein(points, score, base, bandwidth)
      : await tangentStein(manifold, points, score, base, bandwidth);
    const weights = opening(
      tf.tidy((): Tensor2D => {
        const drawn = tf.tensor2d(bootstrapWeights(bootstrap, n, replicates, seed, change), [n, replicates]);
        return tf.concat([tf.ones([n, 1]), drawn], 1) as Tensor2D;
      }),
    );
    const sums = await quadraticForms(weights, rows);
    const statistic = sums[0] / (n * (n - 1));
    if (!Number.isFinite(statistic)) throw new Error('ksdTest: the score is not a finite number at some of the points.');
    // Replicates carry 1/n² where the statistic has 1/(n(n − 1)).
    const as = sums.subarray(1).filter((sum) => (sum * n) / (n - 1) >= statistic).length;
    return { statistic, pValue: (1 + as) / (1 + replicates), bandwidth };
  } finally {
    tf.dispose(opened);
  }
}
