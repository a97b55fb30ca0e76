import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
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

/** The mean loss of some points, from the points, the noise that blurs them (where σ is a number) and the loss's own (where it takes any). */
export type LossOn = (x: Tensor, ...noise: Tensor[]) => Tensor | Promise<Tensor>;

/** @param sigma width of the smoothing; null: none */
export const lossOn =
  (energy: Energy, objective: Objective, manifold: Manifold, sigma: number | null): ((x: Tensor, ...noise: Tensor[]) => Tensor) =>
  (x, ...noise) => {
    const points = x as Tensor2D;
    const y = sigma === null ? points : smooth(manifold, points, sigma, noise[0] as Tensor2D);
    return objective(energy, y, objective.noise ? noise.at(-1) : undefined);
  };

/**
 * The mean loss over validation points, always with the same smoothing and the same noise, so that values of different epochs can be compared.
 *
 * @param evaluate the loss on a chunk of points
 * @param sigma as `evaluate` smooths
 */
export async function validationLoss(
  evaluate: LossOn,
  points: Tensor2D,
  { sigma, objective, seed }: { sigma: number | null; objective: Objective; seed: number },
): Promise<number> {
  const [n, m] = points.shape;
  let sum = 0;
  for (let start = 0; start < n; start += CHUNK) {
    const rows = Math.min(CHUNK, n - start);
    const x = tf.slice(points, [start, 0], [rows, m]);
    const draw = (spec: Objective['noise'], stream: number): Tensor[] =>
      spec === null ? [] : [drawNoise(spec, [rows, m], randomStream(seed, stream, start))];
    const noise = [
      ...draw(sigma === null ? null : gaussian(), STREAM.validationSmoothing),
      ...draw(objective.noise, STREAM.validationNoise),
    ];
    const loss = (await evaluate(x, ...noise)) as Scalar;
    sum += rows * (await loss.data())[0];
    tf.dispose([x, loss, ...noise]);
  }
  return sum / n;
}
