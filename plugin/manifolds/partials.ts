import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

const hot = (axes: readonly number[], size: number): Tensor =>
  tf.tensor3d(axes.map((axis) => [Array.from({ length: size }, (_, i) => (i === axis ? 1 : 0))]));

/**
 * ∂f_p/∂x_axes[p] of a function of rows `[batch, d]` → `[batch, p]`, by one differentiation of as many copies of the rows as there are outputs: each copy
 * answers for one output.
 */
export const partials = (f: (x: Tensor2D) => Tensor2D, axes: readonly number[], x: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const [p, d] = [axes.length, x.shape[1]];
    const own = hot(
      Array.from({ length: p }, (_, k) => k),
      p,
    );
    const sum = (copies: Tensor): Scalar => tf.sum(tf.mul(tf.reshape(f(copies as Tensor2D), [p, -1, p]), own));
    const slopes = tf.reshape(tf.grad(sum)(tf.tile(x, [p, 1])), [p, -1, d]);
    return tf.transpose(tf.sum(tf.mul(slopes, hot(axes, d)), 2) as Tensor2D);
  });
