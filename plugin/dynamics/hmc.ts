import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { splitExtraColumn, withExtraColumn } from '../noise/extraColumn.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';
import { leapfrog } from './leapfrog.ts';
import { asNumbers, isAccepted, reachOf } from './metropolis.ts';

export interface HmcOptions {
  /** Leapfrogs of one step, each of size dt. Default 10. */
  readonly leapfrogs?: number;
}

/**
 * Hamiltonian Monte Carlo along geodesics (Duane et al. 1987; Byrne & Girolami 2013): a velocity p ~ N(0, G⁻¹), `leapfrogs` steps of size dt, and a
 * Metropolis test of the error in U + ½|p|². Keeps exp(−U) exactly at every dt. Noise `[batch, m + 1]`: p's, and a normal for the test.
 *
 * Its dt is that of a leapfrog, and one leapfrog of size √(2dt) is a step of `mala` of size dt. Paths with a geodesic as long as the injectivity
 * radius are rejected: `transport` would follow the other way round; their reversals have it too, so this keeps exp(−U).
 *
 * A sampler only: a step moves by dt · leapfrogs times a velocity, and the energy by its square, so −(2/ε)(E(x⁻) − E(x)) tends to 0, not to an
 * objective.
 *
 * @throws RangeError where `leapfrogs` is not a positive integer; Error for a manifold of finite volume that does not state its injectivity radius
 */
export function hmc(manifold: Manifold = euclidean(), { leapfrogs = 10 }: HmcOptions = {}): Dynamics {
  if (!Number.isInteger(leapfrogs) || leapfrogs < 1) {
    throw new RangeError(`hmc: leapfrogs must be a whole number of at least 1; got ${leapfrogs}.`);
  }
  const reach = reachOf(manifold, 'hmc');
  return {
    name: 'hmc',
    manifold,
    noise: withExtraColumn(manifold.ambientDim),
    samplerOnly: true,
    step: (energy, x, dt, noise) => {
      const moved = tf.tidy(() => {
        const { ambient, extra } = splitExtraColumn(noise as Tensor2D);
        const velocity = randomTangent(manifold, x, ambient);
        const end = leapfrog(manifold, gradientOf(energy, manifold), { x, velocity }, dt, leapfrogs, reach);
        const total = (at: Tensor2D, p: Tensor2D): Tensor1D => tf.add(energy(at), tf.mul(0.5, manifold.inner(at, p, p)));
        const fall: Tensor2D = tf.expandDims(tf.sub(total(x, velocity), total(end.x, end.velocity)) as Tensor1D, 1);
        const accepted = isAccepted(fall, extra, end.within);
        return { next: tf.where(accepted, end.x, x), accepted: asNumbers(accepted) };
      });
      return { ...moved, martingale: null };
    },
  };
}
