import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { below, blend } from './rows.ts';

/** c₀ + c₁ s + c₂ s² + …, by Horner. */
function series(s: Tensor2D, coefficients: readonly [number, number, ...number[]]): Tensor2D {
  const [last, next, ...rest] = coefficients.toReversed();
  const start: Tensor2D = tf.add(tf.mul(s, last), next);
  return rest.reduce<Tensor2D>((sum, c) => tf.add(tf.mul(sum, s), c), start);
}

/**
 * Below this s the series stand in for the closed forms. Second derivatives in s: the cut series are off by less than 12 s²/8! = 7e-7 there,
 * the closed forms by about 6e-8/s² = 2e-5 above.
 */
const SMALL = 0.05;

/** cos √s and sin √s / √s, entire functions of s ≥ 0 whose closed forms cannot be differentiated at s = 0; `[batch, 1]`. */
export function cosAndSinc(s: Tensor2D): { cos: Tensor2D; sinc: Tensor2D } {
  const small = below(s, SMALL);
  const near: Tensor2D = tf.mul(s, small);
  const root = tf.sqrt(blend(small, 1, s));
  return {
    cos: blend(small, series(near, [1, -1 / 2, 1 / 24, -1 / 720]), tf.cos(root)),
    sinc: blend(small, series(near, [1, -1 / 6, 1 / 120, -1 / 5040]), tf.div(tf.sin(root), root)),
  };
}

/**
 * θ / sin θ as a function of h = sin²(θ/2) for θ in [0, π), `[batch, 1]`: Σ 4ⁿ n!² / (2n + 1)! hⁿ, near 0 and 2 asin(√h) / sin θ elsewhere.
 * Grows without bound towards θ = π.
 */
export function angleOverSine(h: Tensor2D, sine: Tensor2D, cosine: Tensor2D): Tensor2D {
  const small = below(h, SMALL);
  const near: Tensor2D = tf.mul(h, small);
  const far: Tensor2D = tf.div(tf.atan2(blend(small, 1, sine), blend(small, 0, cosine)), blend(small, 1, sine));
  return blend(small, series(near, [1, 2 / 3, 8 / 15, 16 / 35, 128 / 315, 256 / 693]), far);
}

/** cosh √s and sinh √s / √s: the functions of `cosAndSinc` at −s, for s ≥ 0; `[batch, 1]`. They overflow beyond √s = 88. */
export function coshAndSinhc(s: Tensor2D): { cosh: Tensor2D; sinhc: Tensor2D } {
  const small = below(s, SMALL);
  const near: Tensor2D = tf.mul(s, small);
  const root = tf.sqrt(blend(small, 1, s));
  return {
    cosh: blend(small, series(near, [1, 1 / 2, 1 / 24, 1 / 720]), tf.cosh(root)),
    sinhc: blend(small, series(near, [1, 1 / 6, 1 / 120, 1 / 5040]), tf.div(tf.sinh(root), root)),
  };
}

/** tanh √s / √s for s ≥ 0, `[batch, 1]`. Its series and the next converge up to π²/4 and 1 only; the terms cut are below s⁶/50. */
export function tanhc(s: Tensor2D): Tensor2D {
  const small = below(s, SMALL);
  const root = tf.sqrt(blend(small, 1, s));
  const coefficients = [1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925] as const;
  return blend(small, series(tf.mul(s, small), coefficients), tf.div(tf.tanh(root), root));
}

/** asinh √s / √s for s ≥ 0, `[batch, 1]`. */
export function asinhc(s: Tensor2D): Tensor2D {
  const small = below(s, SMALL);
  const root = tf.sqrt(blend(small, 1, s));
  const coefficients = [1, -1 / 6, 3 / 40, -5 / 112, 35 / 1152, -63 / 2816] as const;
  return blend(small, series(tf.mul(s, small), coefficients), tf.div(tf.asinh(root), root));
}
