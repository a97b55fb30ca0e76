import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkDimension } from './checkDimension.ts';
import { type Cholesky, cholesky } from './cholesky.ts';
import { expm1 } from './expm1.ts';
import { log1pm } from './log1pm.ts';
import type { Manifold } from './manifold.ts';
import { chain, contract, each, matricesOf, rowsOf, symmetric, timesTransposed } from './matrices.ts';
import { polarFactor } from './polarFactor.ts';
import { safeRoot } from './rows.ts';

/** Least eigenvalue of projected points, of the Frobenius norm. Less would be lost in rounding. */
const FLOOR = 1e-6;

/** The tangent at P = LLᵀ that is W at the identity, LWLᵀ. Congruences are isometries, so any factor of P will do. */
const carry = (factor: Tensor3D, w: Tensor3D): Tensor3D => timesTransposed(chain(factor, w), factor);

/** e^W = HHᵀ with H = e^(W/2), carried by L: positive whatever rounding does. */
function exponential(factor: Tensor3D | null, w: Tensor3D): Tensor3D {
  const half = expm1(tf.div(w, 2));
  const root: Tensor3D = factor === null ? tf.add(tf.eye(w.shape[1]), half) : tf.add(factor, tf.matMul(factor, half));
  return timesTransposed(root, root);
}

/** The symmetric part with eigenvalues below the floor δ raised to it: δI + (T + |T|)/2, T = S − δI, |T| = T sign T. */
function project(x: Tensor3D): Tensor3D {
  const part = symmetric(x);
  const square = contract(part, part);
  const none: Tensor2D = tf.sub(1, tf.step(square));
  const identity: Tensor2D = tf.eye(x.shape[1]);
  const s: Tensor3D = tf.add(part, tf.mul(each(none), identity));
  const floor: Tensor3D = tf.mul(each(tf.mul(FLOOR, tf.sqrt(tf.add(square, none)))), identity);
  const above: Tensor3D = tf.sub(s, floor);
  return tf.add(floor, tf.div(tf.add(above, symmetric(tf.matMul(above, polarFactor(above)))), 2));
}

/**
 * Symmetric positive definite n × n matrices P, flattened row by row to n² columns, with the affine-invariant metric tr(P⁻¹U P⁻¹V) (Pennec, Fillard &
 * Ayache 2006), of curvature between −½ and 0: there is no cut locus.
 *
 * `project` takes the symmetric part and raises eigenvalues below 1e-6 of its norm to that; 0 becomes the identity. `fromGaussian` is e^S, S symmetric and
 * standard normal. Digits are lost with the ratio of eigenvalues: those of P⁻¹Q should be within e^±8. The work grows with n³, and the number of kernels too.
 *
 * @param n rows, at least 1
 * @throws RangeError where n is not a positive integer
 */
export function spd(n: number): Manifold {
  checkDimension('spd', n);
  const square = (x: Tensor2D): Tensor3D => matricesOf(x, n, n);
  const at = (p: Tensor2D): Cholesky => cholesky(square(p));
  /** What is carried from the identity to the tangent v, M V Mᵀ. */
  const seen = ({ inverse }: Cholesky, v: Tensor3D): Tensor3D => symmetric(carry(inverse, v));
  /** log M Q Mᵀ, from Q − P, which is exact for near points. */
  const logarithm = (here: Cholesky, p: Tensor2D, q: Tensor2D): Tensor3D => log1pm(seen(here, square(tf.sub(q, p))));
  return {
    name: `spd:${n}`,
    dim: (n * (n + 1)) / 2,
    ambientDim: n * n,
    logVolume: null,
    injectivityRadius: null,
    project: (x) => tf.tidy(() => rowsOf(project(square(x)))),
    tangent: (_p, v) => tf.tidy(() => rowsOf(symmetric(square(v)))),
    gradient: (p, g) => tf.tidy(() => rowsOf(carry(square(p), symmetric(square(g))))),
    // Off the diagonal the entries of S = (Z + Zᵀ)/2 have the variance ½, and count twice in tr S².
    randomTangent: (p, noise) => tf.tidy(() => rowsOf(carry(at(p).factor, symmetric(square(noise))))),
    exp: (p, v) =>
      tf.tidy(() => {
        const here = at(p);
        return rowsOf(exponential(here.factor, seen(here, square(v))));
      }),
    log: (p, q) =>
      tf.tidy(() => {
        const here = at(p);
        return rowsOf(carry(here.factor, logarithm(here, p, q)));
      }),
    // E V Eᵀ with E = (QP⁻¹)^½ = L (M Q Mᵀ)^½ M.
    transport: (p, q, v) =>
      tf.tidy(() => {
        const here = at(p);
        const half = expm1(tf.div(logarithm(here, p, q), 2));
        return rowsOf(carry(tf.add(here.factor, tf.matMul(here.factor, half)), seen(here, square(v))));
      }),
    inner: (p, u, v) =>
      tf.tidy(() => {
        const here = at(p);
        return tf.squeeze(contract(seen(here, square(u)), seen(here, square(v))), [1]);
      }),
    dist: (p, q) =>
      tf.tidy(() => {
        const w = logarithm(at(p), p, q);
        return tf.squeeze(safeRoot(contract(w, w)), [1]);
      }),
    fromGaussian: (z) => tf.tidy(() => rowsOf(exponential(null, symmetric(square(z))))),
  };
}
