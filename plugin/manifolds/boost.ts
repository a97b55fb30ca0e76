import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { dot } from './rows.ts';

/** The hyperboloid's origin o = (1, 0, …, 0), `[1, m]`. Masks in place of slices: tfjs's cpu backend is ten times faster by them. */
export const origin = (m: number): Tensor2D => tf.tensor2d([Array.from({ length: m }, (_, i) => (i === 0 ? 1 : 0))]);

/** The first column, x₀, `[batch, 1]`. */
export const time = (x: Tensor2D): Tensor2D => dot(x, origin(x.shape[1]));

/** x with 0 in its first column. */
export const space = (x: Tensor2D): Tensor2D => tf.mul(x, tf.sub(1, origin(x.shape[1])));

/** The point of the hyperboloid over s, whose first column is 0: x₀ = √(1 + |s|²). */
export const over = (s: Tensor2D): Tensor2D => tf.add(s, tf.mul(tf.sqrt(tf.add(1, dot(s, s))), origin(s.shape[1])));

/** x + o over 1 + x₀. */
const middle = (x: Tensor2D): Tensor2D => tf.div(tf.add(x, origin(x.shape[1])), tf.add(1, time(x)));

/**
 * The boost that takes the origin to x carries an orthonormal frame from there to x along the geodesic. This is the tangent at x whose coordinates in
 * that frame are z, `[batch, m]` with 0 in the first column: z + ⟨x, z⟩ (x + o) / (1 + x₀).
 */
export const boost = (x: Tensor2D, z: Tensor2D): Tensor2D => tf.add(z, tf.mul(dot(x, z), middle(x)));

/** The coordinates in that frame of a tangent v at x. Sums of their products are ⟨u, v⟩, without its cancellation. */
export const unboost = (x: Tensor2D, v: Tensor2D): Tensor2D => tf.sub(v, tf.mul(time(v), middle(x)));

/**
 * The coordinates in that frame of y seen from x: y boosted by what takes x to the origin, of length sinh d(x, y). With Δ = y − x they are
 * Δₛ − (Δ₀ − ⟨xₛ, Δₛ⟩ / (1 + x₀)) xₛ, and y₀ − x₀ is written by Δₛ, so that near points keep their digits.
 */
export function seenFrom(x: Tensor2D, y: Tensor2D): Tensor2D {
  const from = space(x);
  const step: Tensor2D = tf.sub(space(y), from);
  const rise = tf.div(tf.add(x, y), tf.add(time(x), time(y)));
  // `step` has no first column, so that of `rise` and `middle` does not count.
  return tf.sub(step, tf.mul(dot(step, tf.sub(rise, middle(x)) as Tensor2D), from));
}
