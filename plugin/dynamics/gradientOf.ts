import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { riemannianGradient } from '../manifolds/metric.ts';

/**
 * The Riemannian gradient of an energy at each point, `[batch, m]`: G⁻¹ times the ambient one. Without a manifold, the ambient one.
 * Inside another `tf.grad` or `tf.variableGrads` it is differentiated in its turn.
 */
export function gradientOf(energy: Energy, manifold: Manifold | null = null): (x: Tensor2D) => Tensor2D {
  register();
  const ambient = tf.grad(energy as (x: tf.Tensor) => tf.Tensor) as (x: tf.Tensor) => Tensor2D;
  return (x) => tf.tidy(() => (manifold === null ? ambient(x) : riemannianGradient(manifold, x, ambient(x))));
}
