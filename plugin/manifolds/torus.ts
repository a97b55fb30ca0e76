import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Chart } from './chart.ts';
import { checkDimension } from './checkDimension.ts';
import type { Manifold } from './manifold.ts';
import { dot, safeRoot } from './rows.ts';
import { sphere } from './sphere.ts';

/** A point's n pairs as rows of their own, `[batch · n, 2]`: the torus is the circle, many times. */
const pairs = (x: Tensor2D): Tensor2D => tf.reshape(x, [-1, 2]);

/** The angles of points of a torus, in (−π, π]: `[batch, 2n]` → `[batch, n]`. */
export const anglesOf = (points: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const [cos, sin] = [0, 1].map((k) => tf.slice(pairs(points), [0, k], [-1, 1]));
    // −0 + 0 = 0, and atan2(0, −1) is π where atan2(−0, −1) is −π.
    return tf.reshape(tf.atan2(tf.add(sin, 0), cos), [-1, points.shape[1] / 2]);
  });

/** Points of a torus, (cos t₁, sin t₁, …, cos tₙ, sin tₙ), of any angles in radians: `[batch, n]` → `[batch, 2n]`. */
export const fromAngles = (angles: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const column: Tensor2D = tf.reshape(angles, [-1, 1]);
    return tf.reshape(tf.concat([tf.cos(column), tf.sin(column)] as Tensor2D[], 1), [-1, 2 * angles.shape[1]]);
  });

/** Angles are coordinates with G = I. */
const angles: Chart = {
  encode: (y) => tf.tidy(() => ({ x: anglesOf(y), side: tf.onesLike(tf.slice(y, [0, 0], [-1, 1])) })),
  decode: fromAngles,
  raise: (_x, v) => tf.clone(v),
  colour: (_x, z) => tf.clone(z),
  volumeDrift: (x) => tf.zerosLike(x),
  logVolumeElement: (x) => tf.tidy(() => tf.mul(tf.sum(x, 1), 0)),
};

/**
 * The flat torus T^n, n circles of radius 1: n angles, as (cos t₁, sin t₁, …, cos tₙ, sin tₙ) in R^2n. See `anglesOf` and `fromAngles`.
 *
 * Where two angles are opposite, `log` takes one of the two ways; `dist` has the subgradient 0 at y = x.
 *
 * @param n number of angles, at least 1
 * @throws RangeError where n is not a positive integer
 */
export function torus(n: number): Manifold {
  checkDimension('torus', n);
  const circle = sphere(1);
  const each =
    (verb: (...rows: Tensor2D[]) => Tensor2D) =>
    (...points: Tensor2D[]): Tensor2D =>
      tf.tidy(() => tf.reshape(verb(...points.map(pairs)), [-1, 2 * n]));
  return {
    name: `torus:${n}`,
    dim: n,
    ambientDim: 2 * n,
    logVolume: n * Math.log(2 * Math.PI),
    injectivityRadius: Math.PI,
    ricci: 0,
    chart: angles,
    project: each(circle.project),
    tangent: each(circle.tangent),
    exp: each(circle.exp),
    log: each(circle.log),
    transport: each(circle.transport),
    inner: (_x, u, v) => tf.tidy(() => tf.sum(tf.mul(u, v), 1)),
    dist: (x, y) =>
      tf.tidy(() => {
        const turns: Tensor2D = tf.reshape(circle.dist(pairs(x), pairs(y)), [-1, n]);
        return tf.squeeze(safeRoot(dot(turns, turns)), [1]);
      }),
    fromGaussian: each(circle.fromGaussian),
  };
}
