import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Energy, fromAngles, type Manifold, type RandomStream } from 'tfjs-mvl';

/** Where the density with its background is below the background, what is left of it is noise: it is held above this share of the background. */
const FLOOR = 0.05;

/**
 * Angles again and again, with a share λ of uniform ones: points `[n, 2d]` of the torus with the density q′ = (1 − λ)p + λ/V. A score is blind to how much mass
 * modes have that no point lies between; now points lie everywhere.
 *
 * @param angles rows of d angles in radians
 * @param size about how many points to give: more than there are data, so that the uniform ones are many
 */
export function amongUniform(angles: readonly (readonly number[])[], share: number, size: number, { uniform }: RandomStream): Tensor2D {
  const [n, d] = [angles.length, angles[0].length];
  const copies = Math.max(1, Math.round((size * (1 - share)) / n));
  const scattered = Math.round((copies * n * share) / (1 - share));
  const all = new Float32Array((copies * n + scattered) * d);
  const own = Float32Array.from(angles.flat());
  for (let k = 0; k < copies; k++) all.set(own, k * n * d);
  for (let i = copies * n * d; i < all.length; i++) all[i] = 2 * Math.PI * uniform();
  return tf.tidy(() => fromAngles(tf.tensor2d(all, [all.length / d, d])));
}

/**
 * The energy of p, up to a constant, from that of q′ = exp(−E)/Z: p is in proportion to t = (q′ − λ/V)/(λ/V), or ½(t + √(t² + 4δ²)), which is positive.
 *
 * @param logZ of the energy given, in nats
 */
export function withoutUniform(energy: Energy, manifold: Manifold, share: number, logZ: number): Energy {
  const logBackground = Math.log(share) - (manifold.logVolume as number);
  return (x) =>
    tf.tidy(() => {
      const excess = tf.sub(tf.exp(tf.sub(-logZ - logBackground, energy(x))), 1);
      const root = tf.sqrt(tf.add(tf.square(excess), 4 * FLOOR ** 2));
      return tf.neg(tf.log(tf.mul(0.5, tf.add(excess, root)))) as Tensor1D;
    });
}
