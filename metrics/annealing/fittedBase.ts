import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { dot } from '../../plugin/manifolds/rows.ts';
import { atAngle, latitude } from '../latitude.ts';
import { vonMisesFisherNormaliser } from '../vonMisesFisher.ts';
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

/** κ of a mean resultant length R in R^m: R(m − R²)/(1 − R²), good to a few per cent (Banerjee et al. 2005). */
const concentration = (resultant: Tensor2D, m: number): Tensor2D => {
  const square = tf.square(resultant);
  return tf.div(tf.mul(resultant, tf.sub(m, square)), tf.maximum(tf.sub(1, square), 1e-6));
};

/** Von Mises–Fisher laws on the sphere with the mean directions of the draws `[draws, rows, m]` and their concentrations over the square of a factor. */
export async function fittedVonMisesFisher(sphere: Manifold, draws: Tensor, factor: number): Promise<FittedBase> {
  const [, rows, m] = draws.shape as [number, number, number];
  const n = m - 1;
  const parameters = tf.tidy(() => {
    const mean = tf.mean(draws, 0) as Tensor2D;
    const kappa = tf.div(concentration(tf.sqrt(dot(mean, mean)), m), factor ** 2) as Tensor2D;
    return tf.concat([sphere.project(mean), kappa], 1) as Tensor2D;
  });
  const values = await parameters.data();
  const logZ = Float64Array.from({ length: rows }, (_, r) => vonMisesFisherNormaliser(n, values[r * (m + 1) + m]));
  return {
    parameters,
    base: (before) => {
      const direction = (given: Tensor2D) => tf.slice(given, [0, before], [-1, m]);
      const kappa = (given: Tensor2D) => tf.slice(given, [0, before + m], [-1, 1]);
      return {
        logZ,
        // −κ(⟨μ, z⟩ − 1) = ½κ|z − μ|², without cancellation.
        energy: (z, given) => tf.squeeze(tf.mul(tf.mul(0.5, kappa(given)), squareOf(tf.sub(z, direction(given)))), [1]),
        sample: (noise, given) => {
          const mu = direction(given);
          // The noise along μ makes the angle, by its own distribution function, and the noise across it the direction: they are independent.
          const uniform = tf.mul(0.5, tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, dot(mu, noise))))) as Tensor2D;
          const theta = latitude(n, kappa(given)).quantile(uniform);
          return sphere.project(atAngle(sphere, mu, theta, noise));
        },
      };
    },
  };
}

const squareOf = (v: Tensor2D): Tensor2D => dot(v, v);
