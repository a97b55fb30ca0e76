import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** A base function k(x, y) = f(|x − y|²) with f′ and f″, of squared distances `[a, b]`. */
export type RadialFunction = (squares: Tensor2D, bandwidth: number) => { f: Tensor2D; first: Tensor2D; second: Tensor2D };

export const radialFunctions = {
  /** (1 + r²/ℓ²)^(−½): detects every shift of mass in any dimension, where functions that decay faster do not (Gorham & Mackey 2017). */
  imq: (squares, bandwidth) => {
    const s = 1 / bandwidth ** 2;
    const base: Tensor2D = tf.add(1, tf.mul(s, squares));
    const f = tf.rsqrt(base);
    const first: Tensor2D = tf.mul(-s / 2, tf.div(f, base));
    return { f, first, second: tf.mul((-3 * s) / 2, tf.div(first, base)) };
  },
  /** exp(−r²/2ℓ²). */
  rbf: (squares, bandwidth) => {
    const s = 1 / (2 * bandwidth ** 2);
    const f = tf.exp(tf.mul(-s, squares) as Tensor2D);
    return { f, first: tf.mul(-s, f), second: tf.mul(s * s, f) };
  },
} as const satisfies Readonly<Record<string, RadialFunction>>;

/** Points with their scores, `[n, d]` each. */
export interface Scored {
  readonly x: Tensor2D;
  readonly score: Tensor2D;
}

const rowDots = (u: Tensor2D, v: Tensor2D): Tensor2D => tf.sum(tf.mul(u, v), 1, true);

/** |a − b|² of every row of a and of b, at least 0. */
export const squaredDistances = (a: Tensor2D, b: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.relu(tf.sub(tf.add(rowDots(a, a), tf.transpose(rowDots(b, b))), tf.mul(2, tf.matMul(a, b, false, true)))) as Tensor2D);

/**
 * The Stein kernel of points a and b, `[a, b]`, whose mean is 0 where the points have the law of the scores s (Liu, Lee & Jordan 2016, equation 8):
 *
 *     s(x)ᵀs(y) k + s(x)ᵀ∇_y k + s(y)ᵀ∇_x k + tr ∇ₓ∇_y k = s(x)ᵀs(y) f − 2f′⟨s(x) − s(y), x − y⟩ − 2d f′ − 4r² f″.
 */
export const steinKernel = (a: Scored, b: Scored, radial: RadialFunction, bandwidth: number): Tensor2D =>
  tf.tidy(() => {
    const squares = squaredDistances(a.x, b.x);
    const { f, first, second } = radial(squares, bandwidth);
    const cross = tf.add(tf.matMul(a.score, b.x, false, true), tf.matMul(a.x, b.score, false, true));
    const slopes: Tensor2D = tf.sub(tf.add(rowDots(a.x, a.score), tf.transpose(rowDots(b.x, b.score))), cross);
    const gradients: Tensor2D = tf.mul(tf.mul(-2, first), tf.add(slopes, a.x.shape[1]));
    return tf.add(tf.mul(tf.matMul(a.score, b.score, false, true), f), tf.sub(gradients, tf.mul(tf.mul(4, squares), second)));
  });
