import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkDimension } from './checkDimension.ts';
import { angleOverSine, cosAndSinc } from './entire.ts';
import type { Manifold } from './manifold.ts';
import { below, dot, safeRoot } from './rows.ts';
import { sphere } from './sphere.ts';

/** Probabilities below this count as 0: second derivatives divide by their squares, which single precision still holds. */
const FLOOR = 1e-16;

/** √p, and 0 with derivative 0 where p is 0. */
const root = (p: Tensor2D): Tensor2D => safeRoot(tf.mul(p, tf.sub(1, below(p, FLOOR))) as Tensor2D);

/** v / √p, the tangent's image on the sphere of radius 2; 0 where p is 0. */
function lift(p: Tensor2D, v: Tensor2D): Tensor2D {
  const zero = below(p, FLOOR);
  return tf.div(tf.mul(tf.sub(1, zero), v), tf.add(root(p), zero));
}

const total = (x: Tensor2D): Tensor2D => tf.sum(x, 1, true);

/** The nearest point of the cone, scaled; the middle where nothing is left. */
function project(x: Tensor2D): Tensor2D {
  const positive: Tensor2D = tf.relu(x);
  const sum = total(positive);
  const none: Tensor2D = tf.sub(1, tf.step(sum));
  return tf.div(tf.add(positive, none), tf.add(sum, tf.mul(none, x.shape[1])));
}

/** With u = v / 2√p and θ = |u|: p ↦ (cos θ √p + sin θ u/θ)², whose middle term needs no root. */
function exp(p: Tensor2D, v: Tensor2D): Tensor2D {
  const u: Tensor2D = tf.div(lift(p, v), 2);
  const { cos, sinc } = cosAndSinc(dot(u, u));
  const kept = tf.mul(v, tf.sub(1, below(p, FLOOR)));
  return tf.addN([tf.mul(tf.square(cos), p), tf.mul(tf.mul(cos, sinc), kept), tf.square(tf.mul(sinc, u))] as Tensor2D[]);
}

/** Half-angle facts of the arc from √p to √q: h = sin²(θ/2), θ half the distance, at most π/2. */
function arc(p: Tensor2D, q: Tensor2D): { from: Tensor2D; chord: Tensor2D; h: Tensor2D } {
  const from = root(p);
  const chord: Tensor2D = tf.sub(root(q), from);
  return { from, chord, h: tf.div(dot(chord, chord), 4) };
}

/** 2√p ∘ (θ / sin θ)(√q − cos θ √p), with 1 − cos θ = 2h. */
function log(p: Tensor2D, q: Tensor2D): Tensor2D {
  const { from, chord, h } = arc(p, q);
  const sine = safeRoot(tf.mul(tf.mul(4, h), tf.sub(1, h)));
  const ratio = angleOverSine(h, sine, tf.sub(1, tf.mul(2, h)));
  return tf.mul(tf.mul(2, ratio), tf.add(tf.mul(from, chord), tf.mul(tf.mul(2, h), tf.square(from))));
}

/** 2√q ∘ the sphere's transport of v / 2√p along the arc. */
function transport(p: Tensor2D, q: Tensor2D, v: Tensor2D): Tensor2D {
  const [from, to] = [root(p), root(q)];
  const scaled: Tensor2D = tf.mul(to, lift(p, v));
  const share = tf.div(total(scaled), tf.add(1, dot(from, to)));
  return tf.sub(scaled, tf.mul(share, tf.mul(to, tf.add(from, to))));
}

/**
 * Probabilities of n + 1 outcomes with their Fisher metric Σ vᵢ²/pᵢ: by y = 2√p the part y ≥ 0 of the sphere of radius 2.
 *
 * Its boundary is at a finite distance. Geodesics that leave through it reflect, p = y²/4, so that the Langevin chain has no flow through it; `log`,
 * `dist` and `transport` are those of the shortest arc, which never leaves. A probability that is 0 (below 1e-16) stays 0: there, v / 2√p of
 * tangents in these coordinates is lost. `project` sets negative entries to 0 and divides by the sum; `fromGaussian` is uniform in the metric's
 * volume, which is Dirichlet(½, …, ½).
 *
 * @param n intrinsic dimension, one less than outcomes, at least 1
 * @throws RangeError where n is not a positive integer
 */
export function simplex(n: number): Manifold {
  checkDimension('simplex', n);
  return {
    name: `simplex:${n}`,
    dim: n,
    ambientDim: n + 1,
    // One of 2^(n+1) equal parts of 2^n times the unit sphere.
    logVolume: (sphere(n).logVolume as number) - Math.LN2,
    ricci: (n - 1) / 4,
    project: (x) => tf.tidy(() => project(x)),
    tangent: (p, v) => tf.tidy(() => tf.sub(v, tf.mul(total(v), p))),
    gradient: (p, g) => tf.tidy(() => tf.mul(p, tf.sub(g, dot(p, g)))),
    randomTangent: (p, noise) =>
      tf.tidy(() => {
        const s = root(p);
        return tf.mul(s, tf.sub(noise, tf.mul(dot(s, noise), s)));
      }),
    exp: (p, v) => tf.tidy(() => exp(p, v)),
    log: (p, q) => tf.tidy(() => log(p, q)),
    transport: (p, q, v) => tf.tidy(() => transport(p, q, v)),
    inner: (p, u, v) => tf.tidy(() => tf.squeeze(dot(lift(p, u), lift(p, v)), [1])),
    // θ by its chord, twice the arc on the unit sphere.
    dist: (p, q) =>
      tf.tidy(() => {
        const { from, chord, h } = arc(p, q);
        const middle: Tensor2D = tf.add(tf.add(from, from), chord);
        return tf.squeeze(tf.mul(4, tf.atan2(safeRoot(tf.mul(4, h)), safeRoot(dot(middle, middle)))), [1]);
      }),
    fromGaussian: (z) => tf.tidy(() => tf.div(tf.square(z), total(tf.square(z) as Tensor2D))),
  };
}
