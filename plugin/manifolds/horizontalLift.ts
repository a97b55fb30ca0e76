import type { Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { timesTransposed, transposedTimes } from './matrices.ts';

/**
 * The smallest skew X with XY = V at a frame Y, `[batch, n, n]`: VYᵀ − YVᵀ − YAYᵀ with A = YᵀV. exp(tX) Y is the geodesic of the canonical metric, which
 * is ½|X|². What V has across the tangent space is dropped.
 */
export function lift(y: Tensor3D, v: Tensor3D): Tensor3D {
  const half = tf.sub(v, tf.div(tf.matMul(y, transposedTimes(y, v)), 2)) as Tensor3D;
  // A transposition would cost the cpu backend more than another product.
  return tf.sub(timesTransposed(half, y), timesTransposed(y, half));
}
