import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Inner product of each row of u with the same row of v, `[batch, 1]`. */
export const dot = (u: Tensor2D, v: Tensor2D): Tensor2D => tf.sum(tf.mul(u, v), 1, true);

/** 1 where s < threshold, else 0. Masks are arithmetic, by `tf.step`: unlike `tf.where`, they can be differentiated before `register()` too. */
export const below = (s: Tensor2D, threshold: number): Tensor2D => tf.step(tf.sub(threshold, s) as Tensor2D);

/** `inside` where the mask is 1, `outside` where it is 0; both must be finite. */
export const blend = (mask: Tensor2D, inside: Tensor2D | number, outside: Tensor2D): Tensor2D =>
  tf.add(outside, tf.mul(mask, tf.sub(inside, outside)));

/** √s of s ≥ 0, `[batch, 1]`, with the subgradient 0 at s = 0. */
export function safeRoot(s: Tensor2D): Tensor2D {
  const zero: Tensor2D = tf.sub(1, tf.step(s));
  return tf.sub(tf.sqrt(tf.add(s, zero)), zero);
}
