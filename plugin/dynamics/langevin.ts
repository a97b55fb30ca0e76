import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import { gaussian } from '../noise/gaussian.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';
import { secondDerivative } from './secondDerivative.ts';

/** √(2 dt). */
export const noiseScale = (dt: number | Scalar | Tensor2D): Tensor2D => tf.sqrt(tf.mul(2, dt) as Tensor2D);

/** Overdamped Langevin dynamics in any dimension, x − dt ∇U + √(2 dt) z, whose martingale is √(2 dt)⟨∇U, z⟩. Noise `[batch, d]`. */
export const langevin = (): Dynamics => ({
  name: 'langevin',
  manifold: euclidean(),
  noise: gaussian(),
  step: (energy, x, dt, noise) =>
    tf.tidy(() => {
      const gradient = gradientOf(energy)(x);
      const kick: Tensor2D = tf.mul(noiseScale(dt), noise as Tensor2D);
      const next: Tensor2D = tf.add(tf.sub(x, tf.mul(dt, gradient)), kick);
      return { next, martingale: tf.sum(tf.mul(gradient, kick), 1) as Tensor1D };
    }),
  // −|∇U|² + zᵀHz.
  generator: (energy, x, noise) =>
    tf.tidy(() => {
      const along = secondDerivative((s) => energy(tf.add(x, tf.mul(s, noise as Tensor2D))), x.shape[0]);
      return tf.sub(along, tf.sum(tf.square(gradientOf(energy)(x)), 1));
    }),
});
