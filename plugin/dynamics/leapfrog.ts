import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import { isWithin } from './metropolis.ts';

/** Where particles of unit mass are and their velocities there, `[batch, m]`, and whether every geodesic was shorter than the reach, `[batch, 1]`; null: all. */
export interface Phase {
  readonly x: Tensor2D;
  readonly velocity: Tensor2D;
  readonly within: Tensor2D | null;
}

/**
 * Motion in the potential U by geodesic leapfrogs (Byrne & Girolami 2013; Leimkuhler & Patrick 1996): half a kick −½h grad U, a geodesic of
 * velocity p for the time h with p transported along it, half a kick. Each is reversible and keeps the volume of phase space.
 *
 * @param reach the manifold's injectivity radius: `transport` follows the shortest geodesic, which beyond it is another one
 */
export function leapfrog(
  manifold: Manifold,
  gradient: (x: Tensor2D) => Tensor2D,
  start: { readonly x: Tensor2D; readonly velocity: Tensor2D },
  h: number | Scalar | Tensor2D,
  steps: number,
  reach: number | null,
): Phase {
  const kicked = (velocity: Tensor2D, x: Tensor2D, share: number): Tensor2D => tf.sub(velocity, tf.mul(tf.mul(share, h), gradient(x)));
  let { x, velocity } = start;
  let within: Tensor2D | null = null;
  velocity = kicked(velocity, x, 0.5);
  for (let k = 1; k <= steps; k++) {
    const stride: Tensor2D = tf.mul(h, velocity);
    // Position and velocity are projected, or else rounding off the manifold grows from step to step where steps are long.
    const y = manifold.project(manifold.exp(x, stride));
    const short = isWithin(manifold, reach, x, stride);
    within = within === null || short === null ? short : (tf.logicalAnd(within, short) as Tensor2D);
    // The half kicks of two leapfrogs meet between them.
    velocity = kicked(manifold.tangent(y, manifold.transport(x, y, velocity)), y, k < steps ? 1 : 0.5);
    x = y;
  }
  return { x, velocity, within };
}
