import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

interface Attributes {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Sums over the channels within a radius of each, as a product with a band matrix. */
function neighbourhoods(channels: number, radius: number): (t: Tensor) => Tensor {
  const near = Array.from({ length: channels ** 2 }, (_, i) => Number(Math.abs((i % channels) - Math.floor(i / channels)) <= radius));
  const band: Tensor2D = tf.tensor2d(near, [channels, channels]);
  return (t) => tf.reshape(tf.matMul(tf.reshape(t, [t.size / channels, channels]), band), t.shape);
}

/** y = x p^(−β), p = bias + α Σ x² over near channels: ∂⟨dy, y⟩/∂x = dy p^(−β) − 2αβ x Σ(dy x p^(−β−1)). */
export const LRN = gradient<Attributes>('LRN', ['x'], (dy, [x], { depthRadius, bias, alpha, beta }) => ({
  x: () => {
    const sumNear = neighbourhoods(x.shape[x.rank - 1] as number, depthRadius);
    const p = tf.add(bias, tf.mul(alpha, sumNear(tf.square(x))));
    const scaled = tf.mul(dy, tf.pow(p, -beta));
    const spill = sumNear(tf.div(tf.mul(scaled, x), p));
    return tf.sub(scaled, tf.mul(2 * alpha * beta, tf.mul(x, spill)));
  },
}));
