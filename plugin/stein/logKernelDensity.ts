import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import { type Bandwidth, squaredBandwidth } from './bandwidth.ts';

/**
 * |xᵢ − xⱼ|², `[n, n]`, from the differences: bumps may be far narrower than the points are spread, and each point must find itself at distance 0. The
 * products (xᵢ, 1)·(1, −xⱼ), one for each column, are these differences to the last bit, and ten times as fast as a broadcast in tfjs's cpu backend.
 */
export function ambientSquares(x: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const columns = tf.expandDims(tf.transpose(x), 2);
    const ones = tf.onesLike(columns);
    const differences = tf.matMul(tf.concat([columns, ones], 2), tf.concat([ones, tf.neg(columns)], 2), false, true);
    return tf.sum(tf.square(differences), 0);
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
