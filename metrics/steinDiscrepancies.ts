import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { SteinKernel } from '../plugin/stein/steinKernel.ts';

/** Points with their scores, `[n, d]` each. */
export interface Scored {
  readonly x: Tensor2D;
  readonly score: Tensor2D;
}

/**
 * The Stein discrepancy's kernel between points a and b, `[a, b]`, whose mean is 0 where the points have the law of the scores s (Liu, Lee & Jordan 2016,
 * equation 8). With ∇ₓk = −∇_y k it is s(x)ᵀs(y) k + ⟨s(x) − s(y), ∇_y k⟩ + tr ∇ₓ∇_y k.
 */
export const steinDiscrepancies = (a: Scored, b: Scored, kernel: SteinKernel): Tensor2D =>
  tf.tidy(() => {
    const pairs = kernel.pairs(a.x, b.x);
    const products: Tensor2D = tf.mul(tf.matMul(a.score, b.score, false, true), pairs.matrix());
    return tf.addN([products, pairs.gradientAlong(a.score, b.score), pairs.trace()]);
  });
