import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../plugin/energy/energy.ts';

/** E = λ|x|²/2. */
export const parabola =
  (lambda: tf.Tensor | number): Energy =>
  (x) =>
    tf.mul(tf.div(lambda, 2), tf.sum(tf.square(x), 1));

/** E = ½ xᵀHx. */
export const bowl =
  (H: tf.Tensor2D): Energy =>
  (x) =>
    tf.mul(0.5, tf.sum(tf.mul(x, tf.matMul(x, H)), 1));

/** A symmetric matrix that is not definite. */
export const CURVATURE = [
  [2, 0.5, -0.3, 0.1],
  [0.5, 1, 0.7, 0],
  [-0.3, 0.7, -1, 0.4],
  [0.1, 0, 0.4, 0.5],
];
