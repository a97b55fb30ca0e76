import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { register } from '../gradients/register.ts';
import { checkDimension } from './checkDimension.ts';
import type { Manifold } from './manifold.ts';
import { denseMetric, diagonalMetric, type MetricTensor } from './metricTensor.ts';
import { partials } from './partials.ts';

/**
 * Coordinates of a manifold, for the intrinsic route of Riemannian Langevin dynamics (Wang et al. 2020).
 * `side` names, for each point, which chart of the atlas it is seen through; a step leaves and lands in the same one.
 */
export interface Chart {
  /** Coordinates `[batch, dim]` and side `[batch, 1]` of points `[batch, m]`. */
  encode(y: Tensor2D): { x: Tensor2D; side: Tensor2D };
  /** Points `[batch, m]` of coordinates. */
  decode(x: Tensor2D, side: Tensor2D): Tensor2D;
  /** G⁻¹ v for covectors v, `[batch, dim]`. */
  raise(x: Tensor2D, v: Tensor2D): Tensor2D;
  /** A draw of N(0, G⁻¹) from z ~ N(0, I), `[batch, dim]`: A z with AAᵀ = G⁻¹. */
  colour(x: Tensor2D, z: Tensor2D): Tensor2D;
  /** The drift of Brownian motion in these coordinates, ½ gⁱʲ ∂ⱼ log|G| + ∂ₖ gⁱᵏ, `[batch, dim]`. */
  volumeDrift(x: Tensor2D): Tensor2D;
  /** log √|G|, `[batch]`. */
  logVolumeElement(x: Tensor2D): Tensor1D;
}

/** G at points `[batch, d]`: `[batch, d, d]`, symmetric and positive, or its diagonal `[batch, d]` where the rest is 0. Each row depends on its point only. */
export type Metric = (x: Tensor2D) => Tensor;

export interface ChartOptions {
  /** d. */
  readonly dim: number;
  /** log √|G|, `[batch]`, if you know it; else by Cholesky's factor. */
  readonly logVolumeElement?: Chart['logVolumeElement'];
  /** ½ gⁱʲ ∂ⱼ log|G| + ∂ₖ gⁱᵏ, `[batch, d]`, if you know it; else by differentiating G, at d² copies of the points, d where G is diagonal. */
  readonly volumeDrift?: Chart['volumeDrift'];
}

/** @throws Error where the metric has another shape than it should */
function tensorAt(metric: Metric, x: Tensor2D, d: number): MetricTensor {
  const [batch] = x.shape;
  const given = metric(x);
  const sizes = given.shape.join();
  // 0 · Σx keeps tfjs from refusing to differentiate a metric that is constant.
  const nothing: Tensor2D = tf.mul(0, tf.sum(x, 1, true));
  if (sizes === [batch, d].join()) return diagonalMetric(tf.add(given as Tensor2D, nothing));
  if (sizes === [batch, d, d].join()) return denseMetric(tf.add(given as Tensor3D, tf.expandDims(nothing, 2)));
  throw new Error(
    `chart: for points [${x.shape.join(', ')}] the metric has shape [${given.shape.join(', ')}]; expected [batch, ${d}] or [batch, ${d}, ${d}].`,
  );
}

/** ½ gⁱʲ ∂ⱼ log|G| + ∂ₖ gⁱᵏ by autodiff. */
function driftOf(at: (x: Tensor2D) => MetricTensor, logVolumeElement: Chart['logVolumeElement'], x: Tensor2D): Tensor2D {
  const d = x.shape[1];
  const here = at(x);
  const slope = tf.grad((y) => tf.sum(logVolumeElement(y as Tensor2D)) as Scalar)(x) as Tensor2D;
  const entries = here.inverseEntries().shape[1];
  // Diagonal: entry i is gⁱⁱ. Dense: entry i d + k is gⁱᵏ. Either way entry p is differentiated along axis p mod d.
  const axes = Array.from({ length: entries }, (_, p) => p % d);
  const slopes = partials((y) => at(y).inverseEntries(), axes, x);
  const divergence: Tensor2D = entries === d ? slopes : tf.sum(tf.reshape(slopes, [-1, d, d]), 2);
  return tf.add(here.raise(slope), divergence);
}

/**
 * R^d with a metric of your own, for Riemannian Langevin dynamics and losses by the route `chart`: densities are with respect to its volume √|G| dx. A
 * constant G is a preconditioner. Geodesics of a general metric have no closed form, so `exp`, `log`, `transport` and `dist` throw, and with them whatever
 * moves along geodesics: the embedded route, `mala`, `hmc`, smoothing.
 *
 * @throws RangeError where `dim` is not a positive integer; when used, Error where the metric has the wrong shape. Where G is not positive, results are NaN.
 */
export function chart(metric: Metric, { dim, ...known }: ChartOptions): Manifold {
  const d = checkDimension('chart', dim);
  const at = (x: Tensor2D): MetricTensor => tensorAt(metric, x, d);
  const logVolumeElement = known.logVolumeElement ?? ((x: Tensor2D) => tf.tidy(() => at(x).logRootDeterminant()));
  const raise = (x: Tensor2D, v: Tensor2D): Tensor2D => tf.tidy(() => at(x).raise(v));
  const colour = (x: Tensor2D, z: Tensor2D): Tensor2D => tf.tidy(() => at(x).colour(z));
  const name = `chart:${d}`;
  const refuse = (verb: string) => (): never => {
    throw new Error(
      `${name}: a metric of your own has no ${verb} in closed form. Use riemannianLangevin or mvlRld with { route: 'chart' }.`,
    );
  };
  register();
  return {
    name,
    dim: d,
    ambientDim: d,
    logVolume: null,
    chart: {
      encode: (y) => ({ x: tf.clone(y), side: tf.onesLike(tf.slice(y, [0, 0], [-1, 1])) }),
      decode: (x) => tf.clone(x),
      raise,
      colour,
      volumeDrift: known.volumeDrift ?? ((x) => tf.tidy(() => driftOf(at, logVolumeElement, x))),
      logVolumeElement,
    },
    project: (x) => tf.clone(x),
    tangent: (_x, v) => tf.clone(v),
    gradient: raise,
    randomTangent: colour,
    exp: refuse('exponential map'),
    log: refuse('logarithm'),
    transport: refuse('parallel transport'),
    inner: (x, u, v) => tf.tidy(() => tf.sum(tf.mul(u, at(x).lower(v)), 1)),
    dist: refuse('distance'),
    fromGaussian: (z) => tf.clone(z),
  };
}
