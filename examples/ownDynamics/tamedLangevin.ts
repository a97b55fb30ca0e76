import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Dynamics, euclidean, gaussian } from 'tfjs-mvl';

/**
 * Tamed Langevin dynamics (Hutzenthaler, Jentzen & Kloeden 2012): x − dt ∇U / (1 + dt |∇U|) + √(2dt) z. A step moves by at most 1 plus its noise, so that
 * energies steeper than a parabola, on which Langevin's step overshoots and runs away, can be sampled from anywhere.
 */
export const tamedLangevin = (): Dynamics => ({
  name: 'tamedLangevin',
  manifold: euclidean(),
  noise: gaussian(),
  step: (energy, x, dt, noise) =>
    tf.tidy(() => {
      const gradient = tf.grad(energy as (x: tf.Tensor) => tf.Tensor)(x) as Tensor2D;
      const square = tf.sum(tf.square(gradient), 1, true);
      // √(s + 1e-12) and not √s, whose derivative at s = 0 is infinite.
      const tamed = tf.div(gradient, tf.add(1, tf.mul(dt, tf.sqrt(tf.add(square, 1e-12)))));
      const kick: Tensor2D = tf.mul(tf.sqrt(tf.mul(2, dt)), noise as Tensor2D);
      const next: Tensor2D = tf.add(tf.sub(x, tf.mul(dt, tamed)), kick);
      return { next, martingale: tf.sum(tf.mul(gradient, kick), 1) as Tensor1D };
    }),
});
