import type { Tensor2D } from '@tensorflow/tfjs';
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

/**
 * Compares scores with central differences of energies along random geodesics: d/dh E(exp_x(h t)) = −⟨score, t⟩ at h = 0.
 *
 * @returns the root mean square error over that of the scores
 */
export async function scoreAgainstEnergy(model: LoadedModel): Promise<{ ok: boolean; detail: string }> {
  const { manifold: name, dim } = model.card;
  const tf = await tensorflow();
  await tf.setBackend('cpu');
  const { parseManifold } = await import('../../plugin/manifolds/parseManifold.ts');
  const manifold = parseManifold(name);
  const noise = (k: number) => tf.tensor2d(fillRandom(new Float32Array(POINTS * dim), 'gaussian', randomStream(1, k)), [POINTS, dim]);
  const x = tf.tidy(() => manifold.fromGaussian(noise(0)));
  const along = tf.tidy(() => {
    const t: Tensor2D = manifold.tangent(x, noise(1));
    return tf.div(t, tf.norm(t, 2, 1, true)) as Tensor2D;
  });
  const energiesAt = async (h: number): Promise<Float32Array> => {
    const y = tf.tidy(() => manifold.exp(x, tf.mul(h, along)));
    const energies = await model.energy(y.dataSync() as Float32Array);
    y.dispose();
    return energies;
  };
  const scores = tf.tensor2d(await model.score(x.dataSync() as Float32Array), [POINTS, dim]);
  const slopes = tf.tidy(() => tf.neg(manifold.inner(x, scores, along)).dataSync());
  const best = new Float64Array(POINTS).fill(Number.POSITIVE_INFINITY);
  for (const h of WIDTHS) {
    const [ahead, behind] = [await energiesAt(h), await energiesAt(-h)];
    for (let i = 0; i < POINTS; i++) best[i] = Math.min(best[i], Math.abs((ahead[i] - behind[i]) / (2 * h) - slopes[i]));
  }
  tf.dispose([x, along, scores]);
  const rootMeanSquare = (values: ArrayLike<number>) => Math.hypot(...Array.from(values)) / Math.sqrt(values.length);
  const scale = rootMeanSquare(slopes);
  const error = rootMeanSquare(best) / Math.max(scale, 1e-6);
  return {
    ok: error <= TOLERANCE,
    detail: `score against central differences of the energy: relative error ${error.toExponential(1)} at ${POINTS} points (allowed ${TOLERANCE})`,
  };
}
