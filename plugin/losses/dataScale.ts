import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { defaultEpsilon } from './precision.ts';

/** Variance of each coordinate of x about its centre: in flat space as it is, on a manifold of the velocities log_c(x) at the projected mean c. */
function variances(x: Tensor2D, manifold: Manifold): Float32Array {
  return tf.tidy(() => {
    const centre = manifold.project(tf.mean(x, 0, true) as Tensor2D);
    const v = manifold.log(tf.add(tf.zerosLike(x), centre), x);
    return tf.mean(tf.square(v), 0).dataSync() as Float32Array;
  });
}

/**
 * Typical length s in the data, in units of x: 1/s² is the mean curvature of the energy that fits them. Where points have as many coordinates as the
 * manifold has dimensions, s² is the harmonic mean of the coordinates' variances, for which the narrowest count most; elsewhere their sum by the
 * dimension. It sees one lump: data made of several narrow ones have a smaller scale than this.
 *
 * @param x points `[n, m]`, at least two different ones
 * @throws Error where all points are the same, or where a value is not finite
 */
export function dataScale(x: Tensor2D, manifold: Manifold = euclidean()): number {
  const all = Array.from(variances(x, manifold));
  const some = all.filter((v) => v > 0);
  if (some.length === 0 || !all.every(Number.isFinite))
    throw new Error(
      `dataScale: expected at least two different points with finite coordinates; got [${x.shape.join(', ')}] with variances [${all.slice(0, 6).join(', ')}].`,
    );
  const flat = (manifold.dim ?? x.shape[1]) === x.shape[1];
  const square = flat
    ? some.length / some.reduce((sum, v) => sum + 1 / v, 0)
    : some.reduce((sum, v) => sum + v, 0) / (manifold.dim as number);
  return Math.sqrt(square);
}

/**
 * A step ε for the velocity losses on these data: 1e-3 s² where the backend computes in float32, 3e-2 s² in float16, s being their `dataScale`. The bias
 * is O(ε/s²) relative to the loss and the round-off about 3.7e-7 s²/ε. `mvlLd({ scale: dataScale(x) })` takes the same step by itself.
 *
 * @throws as `dataScale`
 */
export const suggestEpsilon = (x: Tensor2D, manifold: Manifold = euclidean()): number => defaultEpsilon(dataScale(x, manifold));
