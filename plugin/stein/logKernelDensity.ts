import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import { type Bandwidth, squaredBandwidth } from './bandwidth.ts';

/**
 * |xᵢ − xⱼ|², `[n, n]`, from the differences, column by column: bumps may be far narrower than the points are spread, and each point must find itself at
 * distance 0. The product (xᵢ, 1)·(1, −xⱼ) is a difference to the last bit, and faster than a broadcast in tfjs's cpu backend.
 */
export function ambientSquares(x: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const squares = Array.from({ length: x.shape[1] }, (_, k) => {
      const column = tf.slice(x, [0, k], [-1, 1]);
      const one = tf.onesLike(column);
      const difference: Tensor2D = tf.matMul(tf.concat([column, one], 1), tf.concat([one, tf.neg(column)], 1), false, true);
      return tf.mul(difference, difference) as Tensor2D;
    });
    return tf.addN(squares);
  });
}

/** dist(xᵢ, xⱼ)², `[n, n]`, by the manifold: n² rows. */
export function geodesicSquares(manifold: Manifold, x: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const [n, m] = x.shape;
    const first = tf.reshape(tf.tile(tf.expandDims(x, 1), [1, n, 1]), [n * n, m]) as Tensor2D;
    return tf.square(tf.reshape(manifold.dist(first, tf.tile(x, [n, 1])), [n, n]));
  });
}

/**
 * log of the kernel density estimate of points at each of them, log mean_j exp(−dᵢⱼ²/2h²) up to a constant, `[n]`. Each point counts itself, so the sum
 * is at least 1 and its log finite.
 *
 * @param squares squared distances d² between the points, `[n, n]`
 */
export function logKernelDensity(squares: Tensor2D, bandwidth: Bandwidth): Tensor1D {
  return tf.tidy(() => {
    const exponents = tf.div(squares, tf.mul(-2, squaredBandwidth(bandwidth, squares)));
    return tf.log(tf.mean(tf.exp(exponents), 1) as Tensor1D);
  });
}
