import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Noise levels: some of equal probability, or a range in which log σ is uniform. */
export type Sigmas = readonly number[] | { readonly from: number; readonly to: number };

export interface SigmaSchedule {
  /** Levels `[batch, 1]` for standard normal numbers `[batch, 1]`. */
  sigma(u: Tensor2D): Tensor2D;
  /** σ² over its mean, `[batch]`: weights of mean 1. */
  weight(sigma: Tensor2D): Tensor1D;
}

const isList = (sigmas: Sigmas): sigmas is readonly number[] => Array.isArray(sigmas);

/** Φ(u), uniform on (0, 1) for standard normal u. */
const uniform = (u: Tensor2D): Tensor2D => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(u, Math.SQRT1_2))));

const fromList = (levels: readonly number[]): SigmaSchedule['sigma'] => {
  return (u) => {
    const index = tf.minimum(tf.floor(tf.mul(uniform(u), levels.length)), levels.length - 1);
    return tf.gather(tf.tensor1d([...levels]) as Tensor, tf.cast(index, 'int32')) as Tensor2D;
  };
};

/** from (to/from)^Φ(u). */
const fromRange = (from: number, to: number): SigmaSchedule['sigma'] => {
  return (u) => tf.exp(tf.add(Math.log(from), tf.mul(Math.log(to / from), uniform(u))) as Tensor2D);
};

/** E[σ²]; for log σ uniform on [a, b], (b² − a²) / (2 log(b/a)). */
function meanSquare(sigmas: Sigmas): number {
  if (isList(sigmas)) return sigmas.reduce((sum, s) => sum + s * s, 0) / sigmas.length;
  const { from, to } = sigmas;
  return from === to ? from ** 2 : (to ** 2 - from ** 2) / (2 * Math.log(to / from));
}

/**
 * Which σ each sample gets, as a function of a standard normal number, so that all randomness is noise passed in.
 *
 * @throws RangeError where there is no level, or one that is not positive
 */
export function sigmaSchedule(loss: string, sigmas: Sigmas): SigmaSchedule {
  const levels = isList(sigmas) ? sigmas : [sigmas.from, sigmas.to];
  if (levels.length === 0 || !levels.every((s) => s > 0 && Number.isFinite(s)))
    throw new RangeError(
      `${loss}: sigmas must be positive numbers, as in [0.1, 0.3, 1] or { from: 1, to: 0.01 }; got ${JSON.stringify(sigmas)}.`,
    );
  const sigma = isList(sigmas) ? fromList(sigmas) : fromRange(sigmas.from, sigmas.to);
  const mean = meanSquare(sigmas);
  return { sigma, weight: (s) => tf.squeeze(tf.div(tf.square(s), mean), [1]) };
}
