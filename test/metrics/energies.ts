import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../plugin/energy/energy.ts';

/** −κ⟨μ, x⟩. */
export const vonMisesFisher =
  (mean: readonly number[], kappa: number): Energy =>
  (x) =>
    tf.mul(-kappa, tf.sum(tf.mul(x, tf.tensor2d([[...mean]])), 1));

/** −log Σ wᵢ exp(κᵢ(⟨μᵢ, x⟩ − 1)) / Zᵢ on S², normalised: Zᵢ = 2π(1 − e^(−2κᵢ))/κᵢ. */
export const mixture =
  (parts: readonly { weight: number; mean: readonly number[]; kappa: number }[]): Energy =>
  (x) => {
    const logs = parts.map(({ weight, mean, kappa }) => {
      const logZ = Math.log((2 * Math.PI * (1 - Math.exp(-2 * kappa))) / kappa);
      return tf.sub(Math.log(weight) - kappa - logZ, vonMisesFisher(mean, kappa)(x)) as tf.Tensor1D;
    });
    return tf.neg(tf.logSumExp(tf.stack(logs, 1), 1)) as tf.Tensor1D;
  };

/** The same for every point. */
export const constant =
  (value: number): Energy =>
  (x) =>
    tf.fill([x.shape[0]], value);
