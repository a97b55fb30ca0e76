import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { register } from '../gradients/register.ts';

/**
 * d²f/ds² at s = 0 for each row, `[batch]`, of a function of s `[batch, 1]` whose rows do not mix: for f(s) = E(x + s v), vᵀHv at the cost of a few
 * evaluations of E, whatever the dimension. s² keeps tfjs from refusing what is linear in s.
 */
export function secondDerivative(f: (s: Tensor2D) => Tensor1D, batch: number): Tensor1D {
  register();
  return tf.tidy(() => {
    const first = tf.grad((s) => tf.add(tf.sum(f(s as Tensor2D)), tf.sum(tf.square(s))) as Scalar);
    const second = tf.grad((s) => tf.sum(first(s)) as Scalar)(tf.zeros([batch, 1]));
    return tf.squeeze(tf.sub(second, 2) as Tensor, [1]);
  });
}
