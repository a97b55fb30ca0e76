import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import type { SteinKernel } from '../stein/steinKernel.ts';
import { steinVelocity } from '../stein/steinVelocity.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';

export interface SvgdOptions {
  /** How the points see each other: `rbf()`, `imq()` or your own. */
  readonly kernel: SteinKernel;
}

/**
 * Stein variational gradient descent, x + dt φ(x) with φ(x) = mean_y[−k(x, y) ∇U(y) + ∇_y k(x, y)]: the points of a batch are pulled to low energies
 * together and push each other apart. Deterministic. Liu & Wang 2016.
 */
export const svgd = ({ kernel }: SvgdOptions): Dynamics => ({
  name: `svgd:${kernel.name}`,
  manifold: euclidean(),
  noise: null,
  interacting: true,
  step: (energy, x, dt) => ({
    next: tf.tidy(() => tf.add(x, tf.mul(dt, steinVelocity(kernel, x, gradientOf(energy)(x))))),
    martingale: null,
  }),
});
