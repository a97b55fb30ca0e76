import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from './manifold.ts';
import { randomTangent } from './metric.ts';

/**
 * Moves points along random geodesics, y = exp_x(σ ζ) with ζ ~ N(0, G⁻¹): to order σ² a draw of the manifold's heat kernel at time σ²/2.
 *
 * @param x points `[batch, m]`
 * @param sigma standard deviation of each tangent coordinate, in units of geodesic distance
 * @param noise ambient standard normal noise that ζ is made of, `[batch, m]`
 */
export const smooth = (manifold: Manifold, x: Tensor2D, sigma: number | tf.Scalar, noise: Tensor2D): Tensor2D =>
  tf.tidy(() => manifold.exp(x, tf.mul(sigma, randomTangent(manifold, x, noise))));
