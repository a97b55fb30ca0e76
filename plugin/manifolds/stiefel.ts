import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { expm1 } from './expm1.ts';
import { lift } from './horizontalLift.ts';
import type { Manifold } from './manifold.ts';
import { contract, each, matricesOf, rowsOf, symmetric, transposed, transposedTimes } from './matrices.ts';
import { polarFactor } from './polarFactor.ts';
import { safeRoot } from './rows.ts';
import { sphere } from './sphere.ts';
import { stiefelLog } from './stiefelLog.ts';

/** Up to this distance `log` is exact to single precision; it is less than √(4/5) π = 2.81, as far as shortest geodesics surely are unique. */
const RADIUS = 2.5;

/** Of e^(−T/2): |T| ≤ √2 RADIUS, and (RADIUS/√2)¹⁴/14! = 3e-8. */
const TERMS = 14;

/** @throws RangeError where there is no such manifold, or it is in two pieces */
function checkSizes(n: number, p: number): void {
  if (Number.isInteger(n) && Number.isInteger(p) && p >= 1 && p < n) return;
  const hint = n === p ? ' Square frames are rotations and reflections, in two pieces: so3() has the rotations of space.' : '';
  throw new RangeError(`stiefel(${n}, ${p}): expected integers n > p ≥ 1, p orthonormal vectors of R^n.${hint}`);
}

/**
 * Parallel transport along exp(tX) Y, X = lift(V): e^X times the solution at t = 1 of W' = −½ T W, T W the part of [X, Ŵ] that is a lift, as on every
 * naturally reductive space (Kobayashi & Nomizu II, X.3).
 */
function transport(y: Tensor3D, z: Tensor3D, w: Tensor3D): Tensor3D {
  const v = stiefelLog(y, z);
  const x = lift(y, v);
  let term = w;
  let sum = w;
  for (let k = 1; k <= TERMS; k++) {
    term = tf.div(tf.sub(tf.matMul(lift(y, term), v), tf.matMul(x, term)), 2 * k);
    sum = tf.add(sum, term);
  }
  return tf.add(sum, tf.matMul(expm1(x), sum));
}

/**
 * The Stiefel manifold of p orthonormal vectors in R^n: n × p matrices Y with YᵀY = I, flattened row by row to n·p columns, with the canonical metric
 * tr(Uᵀ(I − ½YYᵀ)V) (Edelman, Arias & Smith 1998), √Σθ² of the angles θ of the least turn. For p = 1 it is the sphere, and stiefel(3, 2) is `so3`.
 *
 * `log`, `dist` and `transport` come of an iteration, exact to single precision up to the distance 2.5, stated as `injectivityRadius`, and finite beyond.
 * Shortest geodesics are unique up to √(4/5) π = 2.81 at least (Rentmeesters 2013; Zimmermann & Stoye 2024). `project` is the polar factor, of matrices of
 * full rank; 0 becomes the first columns of I. The work of a verb grows with n³.
 *
 * @throws RangeError unless n > p ≥ 1 are integers
 */
export function stiefel(n: number, p: number): Manifold {
  checkSizes(n, p);
  const frames = (x: Tensor2D): Tensor3D => matricesOf(x, n, p);
  const project = (x: Tensor2D): Tensor2D =>
    tf.tidy(() => {
      const none = tf.sub(1, tf.step(tf.sum(tf.square(x), 1, true))) as Tensor2D;
      return rowsOf(polarFactor(tf.add(frames(x), tf.mul(each(none), tf.eye(n, p)))));
    });
  return {
    name: `stiefel:${n},${p}`,
    dim: n * p - (p * (p + 1)) / 2,
    ambientDim: n * p,
    // SO(n) over SO(n − p), one sphere for each column.
    logVolume: Array.from({ length: p }, (_, k) => sphere(n - 1 - k).logVolume as number).reduce((sum, volume) => sum + volume, 0),
    injectivityRadius: RADIUS,
    project,
    // V − Y sym(YᵀV).
    tangent: (x, v) =>
      tf.tidy(() => {
        const [y, w] = [frames(x), frames(v)];
        return rowsOf(tf.sub(w, tf.matMul(y, symmetric(transposedTimes(y, w)))));
      }),
    // G − YGᵀY.
    gradient: (x, g) =>
      tf.tidy(() => {
        const [y, w] = [frames(x), frames(g)];
        return rowsOf(tf.sub(w, tf.matMul(y, transposedTimes(w, y))));
      }),
    // In YA the metric counts each of the pairs aᵢⱼ = −aⱼᵢ once: A = (C − Cᵀ)/√2, C = YᵀZ.
    randomTangent: (x, noise) =>
      tf.tidy(() => {
        const [y, z] = [frames(x), frames(noise)];
        const c = transposedTimes(y, z);
        const a: Tensor3D = tf.div(tf.sub(c, transposed(c)), Math.SQRT2);
        return rowsOf(tf.add(z, tf.matMul(y, tf.sub(a, c))));
      }),
    exp: (x, v) =>
      tf.tidy(() => {
        const y = frames(x);
        return rowsOf(tf.add(y, tf.matMul(expm1(lift(y, frames(v))), y)));
      }),
    log: (x, y) => tf.tidy(() => rowsOf(stiefelLog(frames(x), frames(y)))),
    transport: (x, y, v) => tf.tidy(() => rowsOf(transport(frames(x), frames(y), frames(v)))),
    inner: (x, u, v) =>
      tf.tidy(() => {
        const [y, a, b] = [frames(x), frames(u), frames(v)];
        const across = contract(transposedTimes(y, a), transposedTimes(y, b));
        return tf.squeeze(tf.sub(contract(a, b), tf.div(across, 2)), [1]);
      }),
    dist: (x, y) =>
      tf.tidy(() => {
        const from = frames(x);
        const turn = lift(from, stiefelLog(from, frames(y)));
        return tf.squeeze(safeRoot(tf.div(contract(turn, turn), 2)), [1]);
      }),
    fromGaussian: project,
  };
}
