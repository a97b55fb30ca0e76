import type { Scalar } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { defineObjective } from './defineObjective.ts';
import { laplacian } from './laplacian.ts';
import type { Objective } from './objective.ts';

/**
 * Hyvärinen's score matching with the exact Laplacian, L = E[|grad E|² − 2 Δ_M E]: what the MVL losses tend to as ε → 0, on the same scale
 * (Hyvärinen's own J is half of it). Costs one differentiation of the gradient for each ambient coordinate, so it is for few dimensions and for checks.
 */
export function exactScoreMatching(manifold: Manifold = euclidean()): Objective {
  return defineObjective({ name: 'exactScoreMatching', manifold, noise: null, epsilon: null }, (energy, x) =>
    tf.tidy(() => {
      const gradient = gradientOf(energy, manifold)(x);
      const square = manifold.inner(x, gradient, gradient);
      return tf.mean(tf.sub(square, tf.mul(2, laplacian(energy, manifold)(x)))) as Scalar;
    }),
  );
}
