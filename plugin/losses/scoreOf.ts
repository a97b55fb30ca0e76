import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/** The score −grad E, `[batch, m]` → `[batch, m]`; on a manifold the Riemannian gradient, a tangent vector at x. */
export function scoreOf(energy: Energy, manifold: Manifold = euclidean()): (x: Tensor2D) => Tensor2D {
  const gradient = gradientOf(energy, manifold);
  return (x) => tf.tidy(() => tf.neg(gradient(x)));
}
