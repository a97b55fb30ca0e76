import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { boost, over, unboost } from './boost.ts';
import { columns } from './columns.ts';
import { asinhc, tanhc } from './entire.ts';
import { carry } from './lorentz.ts';
import type { Manifold } from './manifold.ts';
import { blend, dot, safeRoot } from './rows.ts';

/** Points keep this distance from the boundary: beyond, 1 − |p|² has too few digits left in single precision. It is 12.2 away from the origin. */
const MARGIN = 1e-5;

/** 1 − |p|², `[batch, 1]`; the metric is 4 / (1 − |p|²)² I. */
const room = (p: Tensor2D): Tensor2D => tf.sub(1, dot(p, p));

function project(p: Tensor2D): Tensor2D {
  const square = dot(p, p);
  const outside = tf.step(tf.sub(square, (1 - MARGIN) ** 2) as Tensor2D);
  const shrink = tf.div(1 - MARGIN, tf.sqrt(blend(outside, square, tf.onesLike(square)))) as Tensor2D;
  return tf.mul(p, blend(outside, shrink, tf.onesLike(square)));
}

/** The Möbius sum p ⊕ q (Ungar), as p plus what vanishes with q; 1 + 2⟨p, q⟩ + |p|²|q|² is written as a sum of positive terms. */
function moebius(p: Tensor2D, q: Tensor2D): Tensor2D {
  const sum: Tensor2D = tf.add(p, q);
  const denominator = tf.add(tf.mul(room(p), room(q)), dot(sum, sum));
  return tf.add(p, tf.div(tf.mul(room(p), tf.add(q, tf.mul(dot(q, q), p))), denominator));
}

/** sinh²(d/2) = |q − p|² / ((1 − |p|²)(1 − |q|²)). */
const halfSquare = (p: Tensor2D, q: Tensor2D): Tensor2D => {
  const step: Tensor2D = tf.sub(q, p);
  return tf.div(dot(step, step), tf.mul(room(p), room(q)));
};

function log(p: Tensor2D, q: Tensor2D): Tensor2D {
  const step: Tensor2D = tf.sub(q, p);
  const h = halfSquare(p, q);
  const direction = tf.div(tf.sub(tf.mul(room(p), step), tf.mul(dot(step, step), p)), room(q));
  return tf.mul(tf.div(asinhc(h), tf.sqrt(tf.add(1, h))), direction);
}

/** A column of zeros before the others. */
const widen = (v: Tensor2D): Tensor2D =>
  tf.pad(v, [
    [0, 0],
    [1, 0],
  ]);

/** The point of the hyperboloid over p, whose frame there is that of the ball: tangents v have the coordinates 2v / (1 − |p|²). */
const lift = (p: Tensor2D): Tensor2D => over(widen(tf.div(tf.mul(2, p), room(p))));

/** Hyperbolic space as the unit ball with the metric 4 / (1 − |p|²)² I; see `hyperbolic`. */
export const poincare = (n: number): Manifold => ({
  name: `poincare:${n}`,
  dim: n,
  ambientDim: n,
  logVolume: null,
  ricci: 1 - n,
  project: (p) => tf.tidy(() => project(p)),
  tangent: (_p, v) => tf.clone(v),
  gradient: (p, g) => tf.tidy(() => tf.mul(tf.div(tf.square(room(p)), 4), g)),
  randomTangent: (p, noise) => tf.tidy(() => tf.mul(tf.div(room(p), 2), noise)),
  // p ⊕ tanh(λ|v|/2) v/|v| with λ = 2 / (1 − |p|²).
  exp: (p, v) =>
    tf.tidy(() => {
      const half: Tensor2D = tf.div(v, room(p));
      return project(moebius(p, tf.mul(tanhc(dot(half, half)), half)));
    }),
  log: (p, q) => tf.tidy(() => log(p, q)),
  // An isometry to the hyperboloid and back, in place of the gyration of the ball.
  transport: (p, q, v) =>
    tf.tidy(() => {
      const [x, y] = [lift(p), lift(q)];
      const carried = unboost(y, carry(x, y, boost(x, widen(tf.div(tf.mul(2, v), room(p))))));
      return tf.mul(tf.div(room(q), 2), columns(carried, 1, n + 1));
    }),
  inner: (p, u, v) => tf.tidy(() => tf.squeeze(tf.div(tf.mul(4, dot(u, v)), tf.square(room(p))), [1])),
  dist: (p, q) => tf.tidy(() => tf.squeeze(tf.mul(2, tf.asinh(safeRoot(halfSquare(p, q)))), [1])),
  fromGaussian: (z) =>
    tf.tidy(() => {
      const half: Tensor2D = tf.div(z, 2);
      return project(tf.mul(tanhc(dot(half, half)), half));
    }),
});
