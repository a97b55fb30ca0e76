import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/**
 * The Laplace–Beltrami operator of an energy, `[batch]`: the divergence Σᵢ ⟨Pₓeᵢ, D grad E Pₓeᵢ⟩ of its Riemannian gradient over the ambient axes eᵢ.
 * Derivatives along tangent directions see only values on the manifold, so it does not matter how the energy extends off it.
 */
export function laplacian(energy: Energy, manifold: Manifold = euclidean()): (x: Tensor2D) => Tensor1D {
  const gradient = gradientOf(energy, manifold);
  return (x) =>
    tf.tidy(() => {
      const m = x.shape[1];
      const terms = Array.from({ length: m }, (_, i) => {
        const axis = tf.tensor2d([Array.from({ length: m }, (_, k) => (k === i ? 1 : 0))]);
        const direction = manifold.tangent(x, tf.add(tf.zerosLike(x), axis));
        const along: Energy = (y) => tf.sum(tf.mul(gradient(y), direction), 1);
        return manifold.inner(x, gradientOf(along)(x), direction);
      });
      return tf.addN(terms);
    });
}
