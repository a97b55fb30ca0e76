import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { inverse, Matrix } from 'ml-matrix';
import { randomStream } from 'tfjs-mvl';

/** A density exp(−U)/Z on R^d to approximate, `energy` being U. */
export interface Target {
  readonly name: string;
  readonly dimensions: number;
  energy(x: Tensor2D): Tensor1D;
}

/** A target whose moments are known. */
export interface NormalTarget extends Target {
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/** A target of two dimensions whose energy is −log p, with Z = 1. */
export interface PlaneTarget extends Target {
  readonly dimensions: 2;
}

const column = (x: Tensor2D, k: number) => tf.squeeze(tf.slice(x, [0, k], [-1, 1]), [1]) as Tensor1D;

/** The posterior of the weights of a cubic polynomial: w ~ N(0, I), y = Φw + N(0, s²). Normal, of precision I + ΦᵀΦ/s² and mean Σ Φᵀy/s². */
export function bayesianRegression({ observations = 30, noise = 0.5, seed = 1 } = {}): NormalTarget {
  const { gaussian, uniform } = randomStream(seed, 7);
  const features = new Matrix(Array.from({ length: observations }, () => 2 * uniform() - 1).map((t) => [1, t, t ** 2, t ** 3]));
  const truth = Matrix.columnVector(Array.from({ length: 4 }, gaussian));
  const responses = features
    .mmul(truth)
    .to1DArray()
    .map((y) => y + noise * gaussian());
  const onWeights = features.transpose().mul(1 / noise ** 2);
  const covariance = inverse(Matrix.eye(4).add(onWeights.mmul(features)));
  const mean = covariance.mmul(onWeights.mmul(Matrix.columnVector(responses)));
  return {
    name: 'weights of a cubic',
    dimensions: 4,
    energy: (w) =>
      tf.tidy(() => {
        const errors = tf.sub(tf.matMul(w, tf.tensor2d(features.to2DArray()), false, true), tf.tensor1d(responses));
        const misfit = tf.mul(0.5 / noise ** 2, tf.sum(tf.square(errors), 1));
        return tf.add(misfit, tf.mul(0.5, tf.sum(tf.square(w), 1))) as Tensor1D;
      }),
    mean: mean.to1DArray(),
    covariance: covariance.to2DArray(),
  };
}

/** Normal x₁, and x₂ normal of deviation ½ about (x₁² − 1)/2. */
export const banana: PlaneTarget = {
  name: 'banana',
  dimensions: 2,
  energy: (x) =>
    tf.tidy(() => {
      const bent = tf.sub(column(x, 1), tf.mul(0.5, tf.sub(tf.square(column(x, 0)), 1)));
      const quadratic = tf.add(tf.mul(0.5, tf.square(column(x, 0))), tf.mul(2, tf.square(bent)));
      return tf.add(quadratic, Math.log(2 * Math.PI * 0.5)) as Tensor1D;
    }),
};

/** Normals of deviation ½ at (−1, 0) and (1, 0), .6 and .4 of the mass. */
export const twoModes: PlaneTarget = {
  name: 'two modes',
  dimensions: 2,
  energy: (x) =>
    tf.tidy(() => {
      const modes = [
        [-1, 0.6],
        [1, 0.4],
      ].map(([center, mass]) => {
        const distance = tf.add(tf.square(tf.sub(column(x, 0), center)), tf.square(column(x, 1)));
        return tf.sub(Math.log(mass / (2 * Math.PI * 0.25)), tf.mul(2, distance));
      });
      return tf.neg(tf.logSumExp(tf.stack(modes, 1), 1)) as Tensor1D;
    }),
};
