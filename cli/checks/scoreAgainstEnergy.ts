import type { Tensor2D } from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/index.ts';
import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import type { LoadedModel } from '../../runtime/index.ts';
import { tensorflow } from '../load.ts';

const POINTS = 64;

/**
 * Halves of the difference's width. A central difference is off by h²E‴/6 and by the rounding of the energies, 6e-8 |E| / h; which of the
 * widths is best depends on the energy, so each point is judged by the one that fits it best.
 */
const WIDTHS = [3e-2, 1e-2, 3e-3, 1e-3];

/** What is left of these errors for energies with features as narrow as 0.03; a wrong sign, factor or missing projection gives 0.5 and more. */
const TOLERANCE = 2e-2;

/** Energies and scores at points of a manifold, `[n, m]` as numbers one after another. */
export interface ScoredPoints {
  readonly manifold: Manifold;
  /** m. */
  readonly dim: number;
  readonly points: Float32Array;
  energy(points: Float32Array): Promise<ArrayLike<number>>;
  score(points: Float32Array): Promise<Float32Array>;
}

/** The manifold of a model's points, once tfjs computes on the CPU. */
export async function manifoldNamed(name: string): Promise<Manifold> {
  await (await tensorflow()).setBackend('cpu');
  return (await import('../../plugin/manifolds/parseManifold.ts')).parseManifold(name);
}

/**
 * Compares scores with central differences of energies along random geodesics: d/dh E(exp_x(h t)) = −⟨score, t⟩ at h = 0.
 *
 * @returns the root mean square error over that of the scores
 */
export async function scoreAgainstDifferences({
  manifold,
  dim: m,
  points,
  energy,
  score,
}: ScoredPoints): Promise<{ ok: boolean; detail: string }> {
  const tf = await tensorflow();
  const n = points.length / m;
  const x = tf.tensor2d(points, [n, m]);
  const along = tf.tidy(() => {
    const noise = tf.tensor2d(fillRandom(new Float32Array(n * m), 'gaussian', randomStream(1, 1)), [n, m]);
    const t: Tensor2D = manifold.tangent(x, noise);
    return tf.div(t, tf.norm(t, 2, 1, true)) as Tensor2D;
  });
  const energiesAt = async (h: number): Promise<ArrayLike<number>> => {
    const y = tf.tidy(() => manifold.exp(x, tf.mul(h, along)));
    const energies = await energy(y.dataSync() as Float32Array);
    y.dispose();
    return energies;
  };
  const scores = tf.tensor2d(await score(points), [n, m]);
  const slopes = tf.tidy(() => tf.neg(manifold.inner(x, scores, along)).dataSync());
  const best = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (const h of WIDTHS) {
    const [ahead, behind] = [await energiesAt(h), await energiesAt(-h)];
    for (let i = 0; i < n; i++) best[i] = Math.min(best[i], Math.abs((ahead[i] - behind[i]) / (2 * h) - slopes[i]));
  }
  tf.dispose([x, along, scores]);
  const rootMeanSquare = (values: ArrayLike<number>) => Math.hypot(...Array.from(values)) / Math.sqrt(values.length);
  const scale = rootMeanSquare(slopes);
  const error = rootMeanSquare(best) / Math.max(scale, 1e-6);
  return {
    ok: error <= TOLERANCE,
    detail: `score against central differences of the energy: relative error ${error.toExponential(1)} at ${n} points (allowed ${TOLERANCE})`,
  };
}

/** The comparison for an energy model, at points all over the manifold. */
export async function scoreAgainstEnergy(model: LoadedModel): Promise<{ ok: boolean; detail: string }> {
  const { manifold: name, dim } = model.card;
  const tf = await tensorflow();
  const manifold = await manifoldNamed(name);
  const noise = fillRandom(new Float32Array(POINTS * dim), 'gaussian', randomStream(1, 0));
  const points = tf.tidy(() => manifold.fromGaussian(tf.tensor2d(noise, [POINTS, dim])).dataSync() as Float32Array);
  return scoreAgainstDifferences({ manifold, dim, points, energy: (x) => model.energy(x), score: (x) => model.score(x) });
}
