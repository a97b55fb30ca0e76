import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AnnealingBase } from './base.ts';

/** A law for each row, fitted to draws. */
export interface FittedBase {
  /** What tells the laws of the rows apart, `[rows, k]`. */
  readonly parameters: Tensor2D;
  /** The base whose `given` has the parameters after so many columns. */
  base(before: number): AnnealingBase;
}

/** Deviations no smaller than this: a column that the encoder leaves without noise would have no width. */
const LEAST = 1e-3;

/** Independent normal columns with the means of the draws `[draws, rows, m]` and their deviations times a factor. */
export async function fittedGaussian(draws: Tensor, factor: number): Promise<FittedBase> {
  const [, rows, m] = draws.shape as [number, number, number];
  const parameters = tf.tidy(() => {
    const { mean, variance } = tf.moments(draws, 0);
    return tf.concat([mean, tf.add(tf.mul(factor, tf.sqrt(variance)), LEAST)], 1) as Tensor2D;
  });
  const values = await parameters.data();
  const logZ = Float64Array.from({ length: rows }, (_, r) => {
    let sum = (m / 2) * Math.log(2 * Math.PI);
    for (let j = 0; j < m; j++) sum += Math.log(values[r * 2 * m + m + j]);
    return sum;
  });
  return {
    parameters,
    base: (before) => {
      const mean = (given: Tensor2D) => tf.slice(given, [0, before], [-1, m]);
      const deviation = (given: Tensor2D) => tf.slice(given, [0, before + m], [-1, m]);
      return {
        logZ,
        energy: (z, given) => tf.mul(0.5, tf.sum(tf.square(tf.div(tf.sub(z, mean(given)), deviation(given))), 1)),
        sample: (noise, given) => tf.add(mean(given), tf.mul(deviation(given), noise)),
      };
    },
  };
}
