import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import { gaussian } from '../noise/gaussian.ts';
import { steinVelocity } from '../stein/steinVelocity.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';
import { noiseScale } from './langevin.ts';
import type { SvgdOptions } from './svgd.ts';

export interface SposOptions extends SvgdOptions {
  /** Share of SVGD in the mixture, from 0 (Langevin dynamics) to 1 (`svgd`). */
  readonly alpha: number;
}

/**
 * Stochastic particle-optimisation sampling, a mixture of SVGD and Langevin dynamics (Zhang, Zhang, Carin & Chen 2020):
 *
 *     x + dt(α φ − (1 − α)∇U) + √(2(1 − α)dt) z,    martingale √(2(1 − α)dt)⟨∇U, z⟩.
 *
 * The Langevin part runs at speed 1 − α, and so its noise has √(1 − α). The public code of Wang et al. 2020 has 1 − α there, which samples, and learns,
 * a sharper law.
 *
 * @throws RangeError for α outside [0, 1]
 */
export function spos({ kernel, alpha }: SposOptions): Dynamics {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`spos: alpha must be a number from 0 to 1; got ${alpha}.`);
  return {
    name: `spos:${kernel.name}`,
    manifold: euclidean(),
    noise: gaussian(),
    interacting: true,
    step: (energy, x, dt, noise) =>
      tf.tidy(() => {
        const gradient = gradientOf(energy)(x);
        const velocity = tf.sub(tf.mul(alpha, steinVelocity(kernel, x, gradient)), tf.mul(1 - alpha, gradient));
        const kick: Tensor2D = tf.mul(tf.mul(Math.sqrt(1 - alpha), noiseScale(dt)), noise as Tensor2D);
        const next: Tensor2D = tf.add(tf.add(x, tf.mul(dt, velocity)), kick);
        return { next, martingale: tf.sum(tf.mul(gradient, kick), 1) as Tensor1D };
      }),
  };
}
