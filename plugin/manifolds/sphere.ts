import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkDimension } from './checkDimension.ts';
import { angleOverSine, cosAndSinc } from './entire.ts';
import type { Manifold } from './manifold.ts';
import { below, blend, dot, safeRoot } from './rows.ts';
import { stereographic } from './stereographic.ts';

/** Log of 2π^((n+1)/2) / Γ((n+1)/2), by Vₙ = Vₙ₋₂ · 2π / (n − 1) from V₀ = 2 and V₁ = 2π. */
function logVolume(n: number): number {
  if (n === 0) return Math.LN2;
  return n === 1 ? Math.log(2 * Math.PI) : logVolume(n - 2) + Math.log((2 * Math.PI) / (n - 1));
}

/** The k-th axis as a row, `[1, m]`. */
const axis = (m: number, k: number): Tensor2D => tf.tensor2d([Array.from({ length: m }, (_, i) => (i === k ? 1 : 0))]);

const tangent = (x: Tensor2D, v: Tensor2D): Tensor2D => tf.sub(v, tf.mul(dot(x, v), x));

/** Any unit tangent at x: the first axis made tangent, the second where x lies along the first. */
function anyDirection(x: Tensor2D): Tensor2D {
  const m = x.shape[1];
  const along = below(tf.sub(1, tf.abs(tf.slice(x, [0, 0], [-1, 1]))), 0.1);
  const direction = tangent(x, blend(along, axis(m, 1), axis(m, 0)));
  return tf.div(direction, tf.sqrt(dot(direction, direction)));
}

/** Below this sin²θ a point counts as the antipode itself: single precision no longer tells which way to go. */
const ANTIPODE = 1e-12;

function log(x: Tensor2D, y: Tensor2D): Tensor2D {
  const chord: Tensor2D = tf.sub(y, x);
  // y − x is exact for near points where y − cos θ x is not.
  const u = tangent(x, chord);
  const half: Tensor2D = tf.div(dot(chord, chord), 4);
  const sine2 = dot(u, u);
  const opposite: Tensor2D = tf.mul(below(sine2, ANTIPODE), tf.step(tf.sub(half, 0.5)));
  const sine = safeRoot(blend(opposite, 1, sine2));
  const scaled: Tensor2D = tf.mul(angleOverSine(half, sine, dot(x, y)), u);
  return blend(opposite, tf.mul(Math.PI, anyDirection(x)) as Tensor2D, scaled);
}

/**
 * The unit sphere S^n in R^(n+1), with its round metric.
 *
 * `exp`, `log` and `transport` are smooth functions of |v|² and |y − x|², by series near 0. At the antipode, where every direction is shortest,
 * `log` takes one of them and `transport` returns v unchanged; `dist` has the subgradient 0 at y = x.
 *
 * @param n intrinsic dimension, at least 1
 * @throws RangeError where n is not a positive integer
 */
export function sphere(n: number): Manifold {
  checkDimension('sphere', n);
  const project = (x: Tensor2D): Tensor2D =>
    tf.tidy(() => {
      const square = dot(x, x);
      const origin: Tensor2D = tf.sub(1, tf.step(square));
      // Every point of the sphere is nearest to the origin; the first axis is taken.
      return tf.div(tf.add(x, tf.mul(origin, axis(n + 1, 0))), tf.sqrt(tf.add(square, origin)));
    });
  return {
    name: `sphere:${n}`,
    dim: n,
    ambientDim: n + 1,
    logVolume: logVolume(n),
    injectivityRadius: Math.PI,
    ricci: n - 1,
    chart: stereographic(n),
    project,
    tangent: (x, v) => tf.tidy(() => tangent(x, v)),
    exp: (x, v) =>
      tf.tidy(() => {
        const { cos, sinc } = cosAndSinc(dot(v, v));
        return tf.add(tf.mul(cos, x), tf.mul(sinc, v));
      }),
    log: (x, y) => tf.tidy(() => log(x, y)),
    transport: (x, y, v) =>
      tf.tidy(() => {
        const middle: Tensor2D = tf.add(x, y);
        const square = dot(middle, middle);
        const opposite: Tensor2D = tf.sub(1, tf.step(square));
        return tf.sub(v, tf.mul(tf.div(tf.mul(2, dot(y, v)), tf.add(square, opposite)), middle));
      }),
    inner: (_x, u, v) => tf.tidy(() => tf.sum(tf.mul(u, v), 1)),
    // θ = 2 atan2(|y − x|, |y + x|): accurate at both ends, where acos⟨x, y⟩ loses half its digits (Kahan).
    dist: (x, y) =>
      tf.tidy(() => {
        const chord: Tensor2D = tf.sub(y, x);
        const middle: Tensor2D = tf.add(y, x);
        return tf.squeeze(tf.mul(2, tf.atan2(safeRoot(dot(chord, chord)), safeRoot(dot(middle, middle)))), [1]);
      }),
    fromGaussian: project,
  };
}
