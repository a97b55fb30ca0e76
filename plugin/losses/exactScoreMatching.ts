import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';
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
  const terms = (energy: Energy, x: Tensor2D): Tensor1D =>
    tf.tidy(() => {
      const gradient = gradientOf(energy, manifold)(x);
      return tf.sub(manifold.inner(x, gradient, gradient), tf.mul(2, laplacian(energy, manifold)(x)));
    });
  const facts = { name: 'exactScoreMatching', manifold, noise: null, epsilon: null, terms };
  return defineObjective(facts, (energy, x) => tf.tidy(() => tf.mean(terms(energy, x)) as Scalar));
}
