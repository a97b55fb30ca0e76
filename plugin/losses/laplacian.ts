import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { secondDerivative } from '../dynamics/secondDerivative.ts';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';

/**
 * The Laplace–Beltrami operator of an energy, `[batch]`: the second derivatives of E along geodesics from x, Σᵢ d²/ds² E(exp_x(s vᵢ)), where the
 * velocities vᵢ are what `randomTangent` makes of the ambient axes, so that Σ vᵢvᵢᵀ = G⁻¹. It does not matter how the energy extends off the manifold.
 */
export function laplacian(energy: Energy, manifold: Manifold = euclidean()): (x: Tensor2D) => Tensor1D {
  return (x) => {
    register();
    return tf.tidy(() => {
      const [batch, m] = x.shape;
      const terms = Array.from({ length: m }, (_, i) => {
        const axis = tf.tensor2d([Array.from({ length: m }, (_, k) => (k === i ? 1 : 0))]);
        const velocity = randomTangent(manifold, x, tf.add(tf.zerosLike(x), axis));
        return secondDerivative((s) => energy(manifold.exp(x, tf.mul(s, velocity))), batch);
      });
      return tf.addN(terms);
    });
  };
}
