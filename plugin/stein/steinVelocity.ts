import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { SteinKernel } from './steinKernel.ts';

/**
 * φ(x) = mean_y[−k(x, y) ∇U(y) + ∇_y k(x, y)], `[n, d]`, over the points themselves: of all velocities in the unit ball of the kernel's space, the one
 * that brings the points' law nearest to exp(−U). Liu & Wang 2016, eq. 8.
 *
 * @param gradient ∇U at x, `[n, d]`
 */
export const steinVelocity = (kernel: SteinKernel, x: Tensor2D, gradient: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const pairs = kernel.pairs(x, x);
    return tf.div(tf.sub(pairs.gradientSum(), tf.matMul(pairs.matrix(), gradient)), x.shape[0]);
  });
