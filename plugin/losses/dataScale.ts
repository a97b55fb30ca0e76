import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { geodesicSquares } from '../stein/logKernelDensity.ts';
import { localScale } from './localScale.ts';
import { defaultEpsilon } from './precision.ts';

/** Points whose distances are looked at, drawn at random: 5 ms. */
const SOME = 200;

/** Lumps count as several where they are narrower than this share of the whole. Below it, what differs is the noise of the local measure. */
const NARROW = 0.5;

/** Of the whole: in flat space the variance of each coordinate that varies, elsewhere Σ over coordinates of velocities log_c(x) at the projected mean c by the dimension. */
function variances(x: Tensor2D, manifold: Manifold): number[] {
  return tf.tidy(() => {
    const centre = tf.add(tf.zerosLike(x), manifold.project(tf.mean(x, 0, true) as Tensor2D)) as Tensor2D;
    const v = manifold.log(centre, x);
    if (isFlat(manifold)) return Array.from(tf.mean(tf.square(v), 0).dataSync());
    return [tf.mean(manifold.inner(centre, v, v)).dataSync()[0] / (manifold.dim ?? x.shape[1])];
  });
}

/** Squared distances between some of the points, `[n, n]` with n at most `SOME`; in flat space in double precision. */
function squaresOfSome(x: Tensor2D, manifold: Manifold): { readonly squares: Float64Array; readonly n: number } {
  const order = permutation(x.shape[0], randomStream(0)).subarray(0, SOME);
  const [n, m] = [order.length, x.shape[1]];
  const some = tf.tidy(() => tf.gather(x, tf.tensor1d(order, 'int32')));
  try {
    if (!isFlat(manifold)) return { squares: Float64Array.from(tf.tidy(() => geodesicSquares(manifold, some).dataSync())), n };
    const values = some.dataSync();
    const squares = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += (values[i * m + k] - values[j * m + k]) ** 2;
        squares[i * n + j] = sum;
        squares[j * n + i] = sum;
      }
    return { squares, n };
  } finally {
    some.dispose();
  }
}

/**
 * Typical length s in the data, in units of x: 1/s² is the mean curvature of the energy that fits them. For one lump s² is in flat space the harmonic mean of
 * the coordinates' variances, for which the narrowest count most, and elsewhere the mean square distance from the middle by the dimension. For lumps much
 * narrower than the whole it is their width (`localScale`), measured on at most 200 points.
 *
 * @param x points `[n, m]`, at least two different ones
 * @throws Error where all points are the same, or where a value is not finite; as the manifold where it knows no distances
 */
export function dataScale(x: Tensor2D, manifold: Manifold = euclidean()): number {
  const all = variances(x, manifold);
  const some = all.filter((v) => v > 0);
  if (some.length === 0 || !all.every(Number.isFinite))
    throw new Error(
      `dataScale: expected at least two different points with finite coordinates; got [${x.shape.join(', ')}] with variances [${all.slice(0, 6).join(', ')}].`,
    );
  const whole = Math.sqrt(some.length / some.reduce((sum, v) => sum + 1 / v, 0));
  const dim = isFlat(manifold) ? some.length : (manifold.dim ?? x.shape[1]);
  const spread = Math.sqrt(some.reduce((sum, v) => sum + v, 0) / some.length);
  const { squares, n } = squaresOfSome(x, manifold);
  const local = localScale(squares, n, dim, spread);
  return local !== null && local < NARROW * whole ? local : whole;
}

/**
 * A step ε for the velocity losses on these data: 1e-3 s² where the backend computes in float32, 3e-2 s² in float16, s being their `dataScale`. The bias
 * is O(ε/s²) relative to the loss and the round-off about 3.7e-7 s²/ε. `mvlLd({ scale: dataScale(x) })` takes the same step by itself, and so does `fit`
 * where ε, scale and smoothing are left out.
 *
 * @throws as `dataScale`
 */
export const suggestEpsilon = (x: Tensor2D, manifold: Manifold = euclidean()): number => defaultEpsilon(dataScale(x, manifold));
