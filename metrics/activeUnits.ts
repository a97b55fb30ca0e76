import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import { type Points, toPoints } from '../plugin/energy/points.ts';
import { euclidean } from '../plugin/manifolds/euclidean.ts';
import { isSphere } from '../plugin/manifolds/isSphere.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';

export interface ActiveUnitsOptions {
  /**
   * Where codes are, as `model.latent` has it. On `sphere(n)` columns are scaled by √m, to unit variance under the prior. Default: flat
   * space.
   */
  readonly latent?: Manifold;
  /** Variance from which on a column is active. Default 0.01. */
  readonly threshold?: number;
}

export interface ActiveUnits {
  /** How many columns are. */
  readonly active: number;
  /**
   * Estimated variances of each column's posterior mean over the rows, `[m]`, in units of the prior's; without bias, so that they may be
   * below 0.
   */
  readonly variances: Float64Array;
}

const NAME = 'activeUnits';

/** The numbers of each draw, `[n, m]`. */
async function drawsOf(codes: readonly Points[]): Promise<{ draws: ArrayLike<number>[]; n: number; m: number }> {
  if (!Array.isArray(codes) || codes.length < 2)
    throw new Error(
      `${NAME}: expected codes drawn at least twice for the same rows, as [model.encode(x, { seed: 0 }), model.encode(x, { seed: 1 })]; got ${
        Array.isArray(codes) ? `${codes.length} of them` : codes === null ? 'null' : typeof codes
      }.`,
    );
  const draws: ArrayLike<number>[] = [];
  const shapes: string[] = [];
  let [n, m] = [0, 0];
  for (const [d, draw] of codes.entries()) {
    const z = tf.tidy(() => tf.clone(toPoints(euclidean(), draw, `${NAME}(codes[${d}])`)));
    [n, m] = z.shape;
    shapes.push(`[${n}, ${m}]`);
    draws.push(await z.data());
    z.dispose();
    if (shapes[d] !== shapes[0])
      throw new Error(`${NAME}: draw ${d} has codes ${shapes[d]}, draw 0 has ${shapes[0]}; expected the same rows in each.`);
  }
  if (n < 2) throw new Error(`${NAME}: expected codes of at least two rows; got ${n}.`);
  return { draws, n, m };
}

/**
 * Which columns of codes carry something of the data: those whose posterior mean varies from row to row, Var_x(E[z|x]) > 0.01 (Burda,
 * Grosse & Salakhutdinov 2016). The means are those of D draws, whose variance has 1/D of the variance within rows in it; that
 * is subtracted:
 *
 *     var over rows (mean over draws) − mean over rows (var over draws) / D.
 *
 * The axes of a sphere are as good as any others: a model is free to turn its codes, and with them what is a column.
 *
 * @param codes drawn for the same rows, D times with other noise each, `[n, m]` each
 * @throws Error for fewer than two draws or rows, draws of different shapes and numbers that are not finite;
 *   RangeError for a threshold that is negative
 */
export async function activeUnits(codes: readonly Points[], options: ActiveUnitsOptions = {}): Promise<ActiveUnits> {
  checkOptionNames(NAME, options, ['latent', 'threshold']);
  const { latent, threshold = 0.01 } = options;
  if (!(threshold >= 0 && Number.isFinite(threshold)))
    throw new RangeError(`${NAME}: threshold must be a variance, 0 or more; got ${threshold}.`);
  const { draws, n, m } = await drawsOf(codes);
  // Columns of a uniform point of the sphere in R^m have the variance 1/m.
  const prior = latent !== undefined && isSphere(latent) ? 1 / m : 1;
  const variances = Float64Array.from({ length: m }, (_, k) => meanVariance(draws, n, m, k) / prior);
  const bad = variances.findIndex((variance) => !Number.isFinite(variance));
  if (bad >= 0) throw new Error(`${NAME}: column ${bad} of the codes has a value that is not a finite number.`);
  return { active: variances.filter((variance) => variance > threshold).length, variances };
}

/** The variance over rows of the mean of column k, without bias. */
function meanVariance(draws: readonly ArrayLike<number>[], n: number, m: number, k: number): number {
  const D = draws.length;
  const means = new Float64Array(n);
  let within = 0;
  for (let i = 0; i < n; i++) {
    for (const z of draws) means[i] += z[i * m + k] / D;
    for (const z of draws) within += (z[i * m + k] - means[i]) ** 2 / ((D - 1) * n);
  }
  const mean = means.reduce((sum, value) => sum + value / n, 0);
  return means.reduce((sum, value) => sum + (value - mean) ** 2 / (n - 1), 0) - within / D;
}
