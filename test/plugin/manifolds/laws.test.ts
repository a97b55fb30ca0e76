import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import { product } from '../../../plugin/manifolds/product.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { spd } from '../../../plugin/manifolds/spd.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { stiefel } from '../../../plugin/manifolds/stiefel.ts';
import { torus } from '../../../plugin/manifolds/torus.ts';
import { describeManifolds, type ManifoldCase, type Uniform } from '../../laws/manifoldLaws.ts';
import '../../support/wasm.ts';

const square = (row: readonly number[]) => row.reduce((sum, v) => sum + v * v, 0);
const unit = (row: readonly number[]) => Math.abs(Math.sqrt(square(row)) - 1);
const columns = (x: tf.Tensor2D, start: number, end: number) => tf.slice(x, [0, start], [-1, end - start]) as tf.Tensor2D;
const negate = (x: tf.Tensor2D) => tf.neg(x) as tf.Tensor2D;

/** E y = 0 and E yyᵀ = (variance) I. */
const isotropic = (variance: number): Uniform => ({ mean: () => 0, second: (i, j) => (i === j ? variance : 0) });

/** Each coordinate's increment is N(0, 2t). */
const flat = (dim: number, from = 0) => ({
  steps: 12,
  stepSize: 0.1,
  residual: (start: tf.Tensor2D, end: tf.Tensor2D) => {
    const moved = tf.square(columns(tf.sub(end, start), from, from + dim));
    return tf.sub(tf.mean(moved, 1), 2 * 12 * 0.1);
  },
});

const round = (n: number): ManifoldCase => ({
  manifold: sphere(n),
  ambientDim: n + 1,
  dim: n,
  defect: unit,
  reach: 3,
  // Uniform on S^n.
  law: isotropic(1 / (n + 1)),
  antipode: negate,
});

const turns = (n: number): ManifoldCase => ({
  manifold: torus(n),
  ambientDim: 2 * n,
  dim: n,
  defect: (y) => Math.max(...Array.from({ length: n }, (_, i) => unit(y.slice(2 * i, 2 * i + 2)))),
  reach: 3,
  law: isotropic(1 / 2),
  antipode: negate,
});

/** E cosh(σ|ζ|) for ζ standard normal in n dimensions: Σ σ²ᵏ E|ζ|²ᵏ / (2k)!. One step of the chain multiplies the mean of cosh r by it; it is 1 + nσ²/2 + …, so that E cosh r grows as e^(nt). */
function growth(n: number, sigma: number): number {
  let [sum, term] = [0, 1];
  for (let k = 0; k < 40; k++) {
    sum += term;
    term *= (sigma ** 2 * (n + 2 * k)) / ((2 * k + 1) * (2 * k + 2));
  }
  return sum;
}

const spreading = (n: number, coshOf: (x: tf.Tensor2D) => tf.Tensor) => {
  const [steps, stepSize] = [10, 0.03];
  return {
    steps,
    stepSize,
    residual: (start: tf.Tensor2D, end: tf.Tensor2D) =>
      tf.sub(coshOf(end), tf.mul(growth(n, Math.sqrt(2 * stepSize)) ** steps, coshOf(start))),
  };
};

const onSheet = ([x0, ...rest]: readonly number[]) => Math.abs(x0 - Math.sqrt(1 + square(rest))) / Math.max(1, x0);

const sheet = (n: number): ManifoldCase => ({
  manifold: hyperbolic(n),
  ambientDim: n + 1,
  dim: n,
  defect: onSheet,
  reach: 2,
  size: 4,
  points: (z) => hyperbolic(n).fromGaussian(tf.mul(0.5, z)),
  law: spreading(n, (x) => columns(x, 0, 1)),
});

const ball = (n: number): ManifoldCase => ({
  manifold: hyperbolic(n, { model: 'poincare' }),
  ambientDim: n,
  dim: n,
  defect: (p) => (square(p) < 1 ? 0 : 1),
  reach: 2,
  size: 4,
  points: (z) => hyperbolic(n, { model: 'poincare' }).fromGaussian(tf.mul(0.5, z)),
  law: spreading(n, (p) => {
    const r2 = tf.sum(tf.square(p), 1);
    return tf.div(tf.add(1, r2), tf.sub(1, r2));
  }),
});

/** |RᵀR − I| and |det R − 1|. */
function offRotation(r: readonly number[]): number {
  const at = (i: number, j: number) => r[3 * i + j];
  const ids = [0, 1, 2];
  const gram = ids.flatMap((i) => ids.map((j) => Math.abs(ids.reduce((sum, k) => sum + at(k, i) * at(k, j), 0) - Number(i === j))));
  const minor = (j: number) => at(1, (j + 1) % 3) * at(2, (j + 2) % 3) - at(1, (j + 2) % 3) * at(2, (j + 1) % 3);
  const determinant = ids.reduce((sum, j) => sum + at(0, j) * minor(j), 0);
  return Math.max(...gram, Math.abs(determinant - 1));
}

const rotations: ManifoldCase = {
  manifold: so3(),
  ambientDim: 9,
  dim: 3,
  defect: offRotation,
  reach: 3,
  size: 2,
  // E RᵢⱼRₖₗ = δᵢₖδⱼₗ/3 under Haar's measure.
  law: isotropic(1 / 3),
  // R times half a turn about the third axis.
  antipode: (x) => tf.mul(x, tf.tensor1d([-1, -1, 1, -1, -1, 1, -1, -1, 1])) as tf.Tensor2D,
};

const probabilities = (n: number): ManifoldCase => {
  const total = (n + 1) / 2;
  return {
    manifold: simplex(n),
    ambientDim: n + 1,
    dim: n,
    defect: (p) => Math.max(Math.abs(p.reduce((sum, v) => sum + v, 0) - 1), ...p.map((v) => -v)),
    // No nearer to the boundary than 2 asin √0.1.
    reach: 0.64,
    points: (z) => tf.softmax(tf.mul(0.6, tf.sin(z))) as tf.Tensor2D,
    // Dirichlet(½, …, ½).
    law: { mean: () => 1 / (n + 1), second: (i, j) => (i === j ? 3 / 4 : 1 / 4) / (total * (total + 1)) },
  };
};

const mixed: ManifoldCase = {
  manifold: product(sphere(2), torus(1)),
  ambientDim: 5,
  dim: 3,
  defect: (y) => Math.max(unit(y.slice(0, 3)), unit(y.slice(3))),
  reach: 3,
  law: { mean: () => 0, second: (i, j) => (i !== j ? 0 : i < 3 ? 1 / 3 : 1 / 2) },
  antipode: (x) => tf.concat([tf.neg(columns(x, 0, 3)), columns(x, 3, 5)], 1) as tf.Tensor2D,
};

const unbounded: ManifoldCase = {
  manifold: product(product(sphere(1), hyperbolic(1)), euclidean(2)),
  ambientDim: 6,
  dim: 4,
  defect: (y) => Math.max(unit(y.slice(0, 2)), onSheet(y.slice(2, 4))),
  reach: 2,
  size: 4,
  points: (z) => unbounded.manifold.fromGaussian(tf.mul(0.5, z)),
  law: flat(2, 4),
  antipode: (x) => tf.concat([tf.neg(columns(x, 0, 2)), columns(x, 2, 6)], 1) as tf.Tensor2D,
};

/** The largest entry of |YᵀY − I|. */
const offFrame = (n: number, p: number) => (y: readonly number[]) => {
  const product = (a: number, b: number) => Array.from({ length: n }, (_, i) => y[i * p + a] * y[i * p + b]).reduce((sum, v) => sum + v, 0);
  const ids = Array.from({ length: p }, (_, k) => k);
  return Math.max(...ids.flatMap((a) => ids.map((b) => Math.abs(product(a, b) - Number(a === b)))));
};

const orthonormal = (n: number, p: number): ManifoldCase => ({
  manifold: stiefel(n, p),
  ambientDim: n * p,
  dim: n * p - (p * (p + 1)) / 2,
  defect: offFrame(n, p),
  reach: 2.2,
  size: 2,
  local: true,
  rows: 16,
  symmetric: p === 1 || p === n - 1,
  law: isotropic(1 / n),
});

/** What there is of |P − Pᵀ|, of the largest entry; 1 where a pivot of the elimination is not positive. */
const offPositive = (n: number) => (p: readonly number[]) => {
  const scale = Math.max(...p.map(Math.abs));
  const ids = Array.from({ length: n }, (_, i) => i);
  const at = ids.map((i) => p.slice(i * n, (i + 1) * n));
  const skew = Math.max(...ids.flatMap((i) => ids.map((j) => Math.abs(at[i][j] - at[j][i])))) / scale;
  for (const k of ids) {
    if (at[k][k] <= 1e-9 * scale) return 1;
    for (const i of ids.slice(k + 1)) for (const j of ids.slice(k + 1)) at[i][j] -= (at[i][k] * at[k][j]) / at[k][k];
  }
  return skew;
};

/** E tr e^(σS) / n for S symmetric and standard normal, by the moments E tr S²ᵏ / n of the Gaussian orthogonal ensemble (Ledoux 2009). */
function swelling(n: number, sigma: number): number {
  const moments = [1, (n + 1) / 2, (2 * n * n + 5 * n + 5) / 4, (5 * n ** 3 + 22 * n * n + 52 * n + 41) / 8];
  const factorials = [1, 2, 24, 720];
  return moments.reduce((sum, moment, k) => sum + (moment * sigma ** (2 * k)) / factorials[k], 0);
}

const positive = (n: number): ManifoldCase => {
  const [steps, stepSize] = [10, 0.02];
  const trace = (x: tf.Tensor2D) => tf.sum(tf.mul(x, tf.reshape(tf.eye(n), [1, n * n])), 1);
  return {
    manifold: spd(n),
    ambientDim: n * n,
    dim: (n * (n + 1)) / 2,
    defect: offPositive(n),
    reach: 1.2,
    size: 6,
    factored: true,
    rows: 16,
    points: (z) => spd(n).fromGaussian(tf.mul(0.5, z)),
    // A step multiplies the mean of tr P by E tr e^(σS) / n, σ² = 2 dt: 1 + ½σ²(n + 1)/2 + …, as Δ tr P = ½(n + 1) tr P.
    law: {
      steps,
      stepSize,
      residual: (start, end) => tf.sub(trace(end), tf.mul(swelling(n, Math.sqrt(2 * stepSize)) ** steps, trace(start))),
    },
  };
};

describeManifolds([
  { manifold: euclidean(3), ambientDim: 3, dim: 3, defect: () => 0, reach: 3, law: flat(3) },
  round(1),
  round(2),
  round(7),
  mixed,
  unbounded,
  turns(1),
  turns(3),
  sheet(2),
  sheet(5),
  ball(2),
  ball(3),
  rotations,
  probabilities(1),
  probabilities(3),
  orthonormal(4, 1),
  orthonormal(3, 2),
  orthonormal(5, 2),
  positive(2),
  positive(3),
]);
