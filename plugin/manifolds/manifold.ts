import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Chart } from './chart.ts';

/**
 * A Riemannian manifold embedded in R^m: points and tangent vectors are rows of `[batch, m]` tensors, written in ambient coordinates.
 * Every verb is differentiable twice, at degenerate arguments too (v = 0, y = x).
 *
 * Where the metric is that of the ambient space, `gradient` and `randomTangent` are the orthogonal projection and may be left out.
 */
export interface Manifold {
  /** As written on the command line and in exported files, for example `sphere:2`; `parseManifold` reads it back. */
  readonly name: string;
  /** Intrinsic dimension; null where any dimension will do (`euclidean()`). */
  readonly dim: number | null;
  /** Columns of a point, m; null where any number will do. */
  readonly ambientDim: number | null;
  /** Log of the total volume, in nats; null where it is infinite. The NLL of the uniform density. */
  readonly logVolume: number | null;
  /**
   * Geodesics shorter than this are the only shortest ones, wherever they start; null: all are. May be left out where the volume is infinite and all
   * are, and where nothing that needs it is used (`mala`, `hmc`).
   */
  readonly injectivityRadius?: number | null;
  /**
   * Ricci curvature: Ric v = ricci · v for tangents v, one number, or one for each ambient column. Where it is 0 everywhere the manifold must be flat. Left
   * out, it is unknown, and random walks take more steps (`heatSteps`).
   */
  readonly ricci?: number | readonly number[];
  /** Coordinates for the intrinsic route of Riemannian dynamics; absent where there is none. */
  readonly chart?: Chart;
  /** A point of the manifold for any ambient one, itself where it is one already: the nearest, unless the manifold says which. */
  project(x: Tensor2D): Tensor2D;
  /** Projection of an ambient vector onto the tangent space at x, orthogonal where the metric is that of the ambient space. */
  tangent(x: Tensor2D, v: Tensor2D): Tensor2D;
  /** The Riemannian gradient of a function whose ambient gradient is g, G⁻¹ g: ⟨gradient(x, g), v⟩ = g · v for all tangents v. Default: `tangent`. */
  gradient?(x: Tensor2D, g: Tensor2D): Tensor2D;
  /** Turns ambient standard normal noise into standard normal tangents, of covariance G⁻¹; linear in the noise. Default: `tangent`. */
  randomTangent?(x: Tensor2D, noise: Tensor2D): Tensor2D;
  /** The point reached after unit time along the geodesic from x with velocity v. */
  exp(x: Tensor2D, v: Tensor2D): Tensor2D;
  /** The velocity at x of the shortest geodesic to y; inverts `exp` within the injectivity radius. */
  log(x: Tensor2D, y: Tensor2D): Tensor2D;
  /** Parallel transport of the tangent vector v at x to y along the shortest geodesic. */
  transport(x: Tensor2D, y: Tensor2D, v: Tensor2D): Tensor2D;
  /** Inner product of tangent vectors at x, `[batch]`. */
  inner(x: Tensor2D, u: Tensor2D, v: Tensor2D): Tensor1D;
  /** Geodesic distance, `[batch]`. */
  dist(x: Tensor2D, y: Tensor2D): Tensor1D;
  /** Turns ambient standard normal noise into starting points: uniform where the volume is finite, standard normal otherwise. */
  fromGaussian(z: Tensor2D): Tensor2D;
}
