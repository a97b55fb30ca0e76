import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import { scoreOf } from '../losses/scoreOf.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/** For a model that was never trained, and the most that is suggested: manifolds of finite volume here have a diameter of about 3. */
export const LARGEST_STEP = 0.05;

/** In σ², the cap where a chain goes through noise levels: at the coarse ones, blurred data have the curvature 1/σ². */
export const ANNEALED = 0.1;

/** Of the step at which a Langevin chain in a bowl of curvature H becomes unstable, 2/H: leaves about 3 % too much variance. */
const SHARE = 0.05;

/** Points that the curvature is estimated from. */
const POINTS = 512;

/**
 * A step size for sampling: 0.05 of 1/H for the mean curvature H = E|grad E|²/m (the information identity E[ΔE] = E|grad E|² of a fitted energy),
 * and at most `cap`, where there is one: on data smoothed by σ, whose finest detail has that size, σ²/2.
 *
 * @throws where scores are not finite
 */
export async function suggestStepSize(energy: Energy, manifold: Manifold, points: Tensor2D, cap: number | null): Promise<number> {
  const squared = tf.tidy(() => {
    const x = tf.slice(points, [0, 0], [Math.min(POINTS, points.shape[0]), -1]);
    const score = scoreOf(energy, manifold)(x);
    return tf.mean(manifold.inner(x, score, score));
  });
  const [speed] = await squared.data();
  squared.dispose();
  if (!Number.isFinite(speed)) throw new Error(`the mean squared score of the trained energy is ${speed}`);
  const curvature = speed / (manifold.dim ?? points.shape[1]);
  return Math.min(LARGEST_STEP, SHARE / curvature, cap ?? Number.POSITIVE_INFINITY);
}
