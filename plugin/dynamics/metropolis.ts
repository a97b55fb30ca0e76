import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import { logUniform } from '../noise/logUniform.ts';

/**
 * Length from which geodesics may no longer be the only shortest ones; null where there is no such length.
 *
 * @throws Error for a manifold of finite volume that does not state its injectivity radius, which is then finite too (Croke 1980)
 */
export function reachOf({ name, injectivityRadius, logVolume }: Manifold, dynamics: string): number | null {
  if (injectivityRadius !== undefined) return injectivityRadius;
  if (logVolume === null) return null;
  throw new Error(
    `${dynamics}: ${name} has a finite volume, so long geodesics come back, and it does not say from what length on: give it an injectivityRadius ` +
      '(π for a unit sphere, half the shortest closed geodesic for a flat torus). Where geodesics reflect at a boundary, as on a simplex, no length will do: run on the sphere of √p, as docs/diagnostics.md shows.',
  );
}

/** Whether tangents at x are shorter than the reach, `[batch, 1]`; null where all are. */
export const isWithin = (manifold: Manifold, reach: number | null, x: Tensor2D, v: Tensor2D): Tensor2D | null =>
  reach === null ? null : (tf.less(tf.expandDims(manifold.inner(x, v, v), 1), reach ** 2) as Tensor2D);

/**
 * The Metropolis test, `[batch, 1]`: whether Φ(u) ≤ exp(logRatio), on logarithms, where nothing overflows. No comparison with NaN holds, so what has
 * an energy of NaN, or of +∞, is rejected.
 */
export function isAccepted(logRatio: Tensor2D, test: Tensor2D, within: Tensor2D | null): Tensor2D {
  const passed: Tensor2D = tf.greaterEqual(logRatio, logUniform(test));
  return within === null ? passed : tf.logicalAnd(passed, within);
}

/** The indicator of a test as numbers, `[batch]`. */
export const asNumbers = (accepted: Tensor2D): Tensor1D => tf.squeeze(tf.cast(accepted, 'float32'), [1]);
