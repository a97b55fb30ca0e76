import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** log(erfc(z) eᶻ² / t) as a polynomial in t = 1/(1 + z/2), for z ≥ 0; erfc is right to a relative 1.2e-7 (Press et al., Numerical Recipes, §6.2). */
const LOG_ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
] as const;

/**
 * log Φ(u) of standard normal u, `[batch, 1]`: the logarithm of a uniform number on (0, 1). Finite for every u, unlike log(½ + ½ erf(u/√2)),
 * where the sum vanishes for u < −5.
 */
export const logUniform = (u: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const z: Tensor2D = tf.mul(Math.SQRT1_2, tf.abs(u));
    const t: Tensor2D = tf.div(1, tf.add(1, tf.mul(0.5, z)));
    const polynomial = LOG_ERFC.reduceRight<Tensor2D>((sum, c) => tf.add(tf.mul(sum, t), c), tf.zerosLike(t));
    const lower: Tensor2D = tf.sub(tf.add(tf.log(t), polynomial), tf.add(tf.square(z), Math.LN2));
    return tf.where(tf.less(u, 0), lower, tf.log1p(tf.neg(tf.exp(lower))));
  });
