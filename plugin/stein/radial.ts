import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { dot } from '../manifolds/rows.ts';
import { type Bandwidth, squaredBandwidth } from './bandwidth.ts';
import { squaredDistances } from './squaredDistances.ts';
import type { SteinKernel } from './steinKernel.ts';

/** A function of s = |x − y|²/h² and its first two derivatives in s. */
export interface Profile {
  readonly value: (s: Tensor2D) => Tensor2D;
  readonly first: (s: Tensor2D) => Tensor2D;
  readonly second: (s: Tensor2D) => Tensor2D;
}

/**
 * The Stein kernel k(x, y) = f(|x − y|²/h²):
 *
 *     ∇_y k = 2f′ (y − x)/h²,    tr ∇ₓ∇_y k = −2d f′/h² − 4 s f″/h².
 */
export const radial = (name: string, bandwidth: Bandwidth, { value, first, second }: Profile): SteinKernel => ({
  name,
  pairs: (x, y) => {
    const squares = squaredDistances(x, y);
    const width = squaredBandwidth(bandwidth, squares);
    const s: Tensor2D = tf.div(squares, width);
    const slope = (): Tensor2D => tf.div(tf.mul(2, first(s)), width);
    return {
      matrix: () => value(s),
      gradient: () => tf.tidy(() => tf.mul(tf.expandDims(slope(), 2), tf.sub(tf.expandDims(y, 0), tf.expandDims(x, 1)))),
      gradientSum: () =>
        tf.tidy(() => {
          const [weights, centre] = [slope(), tf.mean(y, 0, true)];
          const [u, v]: Tensor2D[] = [tf.sub(x, centre), tf.sub(y, centre)];
          return tf.sub(tf.matMul(weights, v), tf.mul(tf.sum(weights, 1, true), u));
        }),
      gradientAlong: (u, v) =>
        tf.tidy(() => {
          const [a, b]: Tensor2D[] = [tf.sub(x, tf.mean(y, 0, true)), tf.sub(y, tf.mean(y, 0, true))];
          const cross = tf.add(tf.matMul(u, b, false, true), tf.matMul(a, v, false, true));
          return tf.mul(slope(), tf.sub(tf.sub(cross, dot(u, a)), tf.transpose(dot(v, b))));
        }),
      trace: () =>
        tf.tidy(() => {
          const bend: Tensor2D = tf.div(tf.mul(tf.mul(4, s), second(s)), width);
          return tf.neg(tf.add(tf.mul(x.shape[1], slope()), bend)) as Tensor2D;
        }),
    };
  },
});
