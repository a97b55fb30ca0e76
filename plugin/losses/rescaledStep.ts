import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { detach } from './detach.ts';

/** ε / max(1, |drift|²) for each sample, `[batch, 1]`, drift = −grad U. Detached: an energy gains nothing by changing its own step. */
export function rescaledStep(energy: Energy, manifold: Manifold, x: Tensor2D, epsilon: number | Scalar | Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const gradient = gradientOf(energy, manifold)(x);
    const speed: Tensor2D = tf.expandDims(manifold.inner(x, gradient, gradient), 1);
    return detach(tf.div(epsilon, tf.maximum(1, speed)));
  });
}
