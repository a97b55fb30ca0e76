import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';
import { dataScale } from './dataScale.ts';
import type { Objective } from './objective.ts';

const rms = (t: Tensor): number => Math.sqrt(tf.mean(tf.square(t)).dataSync()[0]);

/**
 * How far to move the points so that all rounds otherwise while the loss itself stays the same: some tens of roundings of a coordinate, and some of the
 * energy, 3e-7 |E| / |grad E|, which is the larger where energies are far from 0; at most a twentieth of the data's scale.
 */
function shift(energy: Energy, { manifold }: Objective, x: Tensor2D): number {
  const [size, length] = tf.tidy(() => {
    const gradient = gradientOf(energy, manifold)(x);
    return [rms(x), rms(energy(x)) / Math.sqrt(tf.mean(manifold.inner(x, gradient, gradient)).dataSync()[0])];
  });
  return Math.min(0.05 * dataScale(x, manifold), Math.max(3e-6 * size, 3e-7 * length));
}

/**
 * The loss at a step of ε (1 + δ), so that √(2ε) z changes by some roundings of a coordinate. Without it the sum x + √(2ε) z would round alike for all x on
 * the grid of floating point numbers, and that rounding is most of the error.
 */
function nearby(objective: Objective, x: Tensor2D): Objective {
  const { epsilon, atEpsilon } = objective;
  if (epsilon === null || epsilon === 0 || atEpsilon === undefined) return objective;
  return atEpsilon(epsilon * (1 + (1e-6 * tf.tidy(() => rms(x))) / Math.sqrt(2 * epsilon)));
}

/**
 * Root mean square round-off of one sample of a loss: the terms of points moved a little, at a step changed a little, against the terms themselves.
 *
 * @param own the terms of x and the noise
 * @param seed of the directions in which the points are moved
 */
export async function sampleRoundOff(
  own: ArrayLike<number>,
  objective: Objective,
  energy: Energy,
  x: Tensor2D,
  noise: Tensor | undefined,
  seed: number,
): Promise<number> {
  const { manifold } = objective;
  const distance = shift(energy, objective, x);
  const terms = nearby(objective, x).terms as NonNullable<Objective['terms']>;
  const moved = tf.tidy((): Tensor1D => {
    const direction = randomTangent(manifold, x, drawNoise(gaussian(), x.shape, randomStream(seed, 1)) as Tensor2D);
    return terms(energy, manifold.exp(x, tf.mul(distance, direction)), noise);
  });
  const other = await moved.data();
  moved.dispose();
  const square = Array.from(own, (v, i) => (v - other[i]) ** 2).reduce((sum, v) => sum + v, 0) / own.length;
  // The difference of two independent errors has twice the variance of one.
  return Math.sqrt(square / 2);
}
