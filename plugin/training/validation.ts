import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Energy } from '../energy/energy.ts';
import type { Objective } from '../losses/objective.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { smooth } from '../manifolds/smooth.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';
import { STREAM } from './streams.ts';

/** Points at once: enough to keep a backend busy, few enough for its memory. */
const CHUNK = 1024;

/**
 * The mean loss over validation points, always with the same smoothing and the same noise, so that values of different epochs can be compared.
 *
 * @param sigma width of the smoothing; null: none
 */
export async function validationLoss(
  energy: Energy,
  objective: Objective,
  manifold: Manifold,
  points: Tensor2D,
  { sigma, seed }: { sigma: number | null; seed: number },
): Promise<number> {
  const [n, m] = points.shape;
  const total = tf.tidy(() => {
    const sums: tf.Scalar[] = [];
    for (let start = 0; start < n; start += CHUNK) {
      const rows = Math.min(CHUNK, n - start);
      const chunk = tf.tidy(() => {
        const x = tf.slice(points, [start, 0], [rows, m]);
        const xi =
          sigma === null ? null : (drawNoise(gaussian(), [rows, m], randomStream(seed, STREAM.validationSmoothing, start)) as Tensor2D);
        const y = sigma === null || xi === null ? x : smooth(manifold, x, sigma, xi);
        const noise = objective.noise && drawNoise(objective.noise, [rows, m], randomStream(seed, STREAM.validationNoise, start));
        return tf.mul(rows, objective(energy, y, noise ?? undefined)) as tf.Scalar;
      });
      sums.push(chunk);
    }
    return tf.addN(sums);
  });
  const [sum] = await total.data();
  total.dispose();
  return sum / n;
}
