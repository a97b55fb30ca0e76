import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { boost, origin, over, seenFrom, space, unboost } from './boost.ts';
import { asinhc, coshAndSinhc } from './entire.ts';
import type { Manifold } from './manifold.ts';
import { dot, safeRoot } from './rows.ts';

/** Jv = (−v₀, v₁, …, vₙ), so that ⟨u, v⟩ = u · Jv. */
const flip = (v: Tensor2D): Tensor2D => tf.mul(v, tf.sub(1, tf.mul(2, origin(v.shape[1]))));

/** With z and w what is seen from x of y and of v: v + ⟨y, v⟩ (x + y) / (1 + cosh d). */
export function carry(x: Tensor2D, y: Tensor2D, v: Tensor2D): Tensor2D {
  const z = seenFrom(x, y);
  const share = tf.div(dot(z, unboost(x, v)), tf.add(1, tf.sqrt(tf.add(1, dot(z, z)))));
  return tf.add(v, tf.mul(share, tf.add(x, y)));
}

/** Hyperbolic space as the upper sheet of −x₀² + x₁² + … + xₙ² = −1, with the metric of that form; see `hyperbolic`. */
export const lorentz = (n: number): Manifold => ({
  name: `hyperbolic:${n}`,
  dim: n,
  ambientDim: n + 1,
  logVolume: null,
  ricci: 1 - n,
  project: (x) => tf.tidy(() => over(space(x))),
  tangent: (x, v) => tf.tidy(() => tf.add(v, tf.mul(dot(x, flip(v)), x))),
  // Jg made tangent: Jg + ⟨x, Jg⟩ x, and ⟨x, Jg⟩ is the ordinary x · g.
  gradient: (x, g) => tf.tidy(() => tf.add(flip(g), tf.mul(dot(x, g), x))),
  randomTangent: (x, noise) => tf.tidy(() => boost(x, space(noise))),
  exp: (x, v) =>
    tf.tidy(() => {
      const z = unboost(x, v);
      const { cosh, sinhc } = coshAndSinhc(dot(z, z));
      return over(tf.add(tf.mul(cosh, space(x)), tf.mul(sinhc, space(v))));
    }),
  log: (x, y) =>
    tf.tidy(() => {
      const z = seenFrom(x, y);
      return boost(x, tf.mul(asinhc(dot(z, z)), z));
    }),
  transport: (x, y, v) => tf.tidy(() => carry(x, y, v)),
  inner: (x, u, v) => tf.tidy(() => tf.squeeze(dot(unboost(x, u), unboost(x, v)), [1])),
  dist: (x, y) =>
    tf.tidy(() => {
      const z = seenFrom(x, y);
      return tf.squeeze(tf.asinh(safeRoot(dot(z, z))), [1]);
    }),
  fromGaussian: (noise) =>
    tf.tidy(() => {
      const z = space(noise);
      return over(tf.mul(coshAndSinhc(dot(z, z)).sinhc, z));
    }),
});
