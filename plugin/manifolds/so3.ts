import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { columns } from './columns.ts';
import { angleOverSine, cosAndSinc } from './entire.ts';
import type { Manifold } from './manifold.ts';
import { nearestRotation } from './nearestRotation.ts';
import { quadratic, quaternionOf, rotationOf } from './quaternion.ts';
import { dot, safeRoot } from './rows.ts';

/** Rows: the generators of rotations about the axes, flattened, so that ω ↦ ω · GENERATORS is the matrix with (matrix) v = ω × v. */
const GENERATORS = [
  [0, 0, 0, 0, 0, -1, 0, 1, 0],
  [0, 0, 1, 0, 0, 0, -1, 0, 0],
  [0, -1, 0, 1, 0, 0, 0, 0, 0],
];

const square = (x: Tensor2D): Tensor3D => tf.reshape(x, [-1, 3, 3]);
const flat = (x: tf.Tensor): Tensor2D => tf.reshape(x, [-1, 9]);

/** RV, as rows. */
const times = (r: Tensor2D, v: Tensor2D): Tensor2D => flat(tf.matMul(square(r), square(v)));
/** RᵀV, as rows. */
const seenFrom = (r: Tensor2D, v: Tensor2D): Tensor2D => flat(tf.matMul(square(r), square(v), true));

/** The angular velocity ω of the nearest tangent, V = R ω̂, `[batch, 3]`. */
const angular = (r: Tensor2D, v: Tensor2D): Tensor2D => tf.div(tf.matMul(seenFrom(r, v), tf.tensor2d(GENERATORS), false, true), 2);
const hat = (w: Tensor2D): Tensor2D => tf.matMul(w, tf.tensor2d(GENERATORS));
const tangentOf = (r: Tensor2D, w: Tensor2D): Tensor2D => times(r, hat(w));

/** u × v by rotated columns. */
function cross(u: Tensor2D, v: Tensor2D): Tensor2D {
  const turn = (x: Tensor2D): Tensor2D => tf.concat([columns(x, 1, 3), columns(x, 0, 1)], 1);
  return turn(tf.sub(tf.mul(u, turn(v)), tf.mul(turn(u), v)));
}

/** RᵀQ as cos(θ/2) ≥ 0 and sin(θ/2) · axis, by its quaternion: exact near θ = 0 and near π, where the matrix forgets its axis to first order. */
function halfTurn(r: Tensor2D, q: Tensor2D): { cos: Tensor2D; sin: Tensor2D } {
  const unit = quaternionOf(tf.add(quadratic(seenFrom(r, q)), tf.reshape(tf.eye(4), [1, 16])));
  const sign = tf.sub(1, tf.mul(2, tf.step(tf.neg(columns(unit, 0, 1)))));
  const chosen: Tensor2D = tf.mul(unit, sign);
  return { cos: columns(chosen, 0, 1), sin: columns(chosen, 1, 4) };
}

function log(r: Tensor2D, q: Tensor2D): Tensor2D {
  const { cos, sin } = halfTurn(r, q);
  const sine2 = dot(sin, sin);
  // sin²(θ/4), without the cancellation of (1 − cos) / 2.
  const h: Tensor2D = tf.div(sine2, tf.mul(2, tf.add(1, cos)));
  return tangentOf(r, tf.mul(tf.mul(2, angleOverSine(h, safeRoot(sine2), cos)), sin));
}

/** R(I + sinc θ ω̂ + ½ sinc²(θ/2) ω̂²), Rodrigues. */
function exp(r: Tensor2D, v: Tensor2D): Tensor2D {
  const w = angular(r, v);
  const s = dot(w, w);
  const first = tangentOf(r, w);
  const second = times(first, hat(w));
  const half = cosAndSinc(tf.div(s, 4)).sinc;
  return tf.addN([r, tf.mul(cosAndSinc(s).sinc, first), tf.mul(tf.mul(0.5, tf.square(half)), second)] as Tensor2D[]);
}

/** Transport of the bi-invariant metric: in the frames R ω̂ and Q ω̂ a turn of ω by −θ/2 about the axis from R to Q. */
function transport(r: Tensor2D, q: Tensor2D, v: Tensor2D): Tensor2D {
  const w = angular(r, v);
  const { cos, sin } = halfTurn(r, q);
  const along = tf.mul(tf.div(dot(sin, w), tf.add(1, cos)), sin);
  return tangentOf(q, tf.addN([tf.mul(cos, w), tf.neg(cross(sin, w)), along] as Tensor2D[]));
}

/**
 * Rotations of space: 3 × 3 matrices R, flattened row by row to 9 columns, with the metric ½ tr(UᵀV), by which `dist` is the angle of RᵀQ in radians.
 *
 * At the angle π, where two ways round are shortest, `log` and `transport` take one of them; `dist` has the subgradient 0 at y = x. `fromGaussian`
 * makes a quaternion of the first four columns.
 */
export function so3(): Manifold {
  return {
    name: 'so3',
    dim: 3,
    ambientDim: 9,
    logVolume: Math.log(8 * Math.PI ** 2),
    injectivityRadius: Math.PI,
    // Locally the sphere S³ of radius 2.
    ricci: 0.5,
    project: (x) => tf.tidy(() => nearestRotation(x)),
    tangent: (x, v) => tf.tidy(() => tangentOf(x, angular(x, v))),
    // The metric is half of the ambient one.
    gradient: (x, g) => tf.tidy(() => tangentOf(x, tf.mul(2, angular(x, g)))),
    randomTangent: (x, noise) => tf.tidy(() => tangentOf(x, tf.mul(Math.SQRT2, angular(x, noise)))),
    exp: (x, v) => tf.tidy(() => exp(x, v)),
    log: (x, y) => tf.tidy(() => log(x, y)),
    transport: (x, y, v) => tf.tidy(() => transport(x, y, v)),
    inner: (_x, u, v) => tf.tidy(() => tf.mul(0.5, tf.sum(tf.mul(u, v), 1))),
    dist: (x, y) =>
      tf.tidy(() => {
        const { cos, sin } = halfTurn(x, y);
        return tf.squeeze(tf.mul(2, tf.atan2(safeRoot(dot(sin, sin)), cos)), [1]);
      }),
    fromGaussian: (z) =>
      tf.tidy(() => {
        const q = columns(z, 0, 4);
        return rotationOf(tf.div(q, tf.sqrt(dot(q, q))));
      }),
  };
}
