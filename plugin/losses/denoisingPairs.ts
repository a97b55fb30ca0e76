import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';

export interface DenoisingPairsOptions {
  /** The noise level, in units of x. */
  readonly sigma: number;
  /** Default: flat space. */
  readonly manifold?: Manifold;
  /** Default 0. Another one for every epoch, or the model learns this noise. */
  readonly seed?: number;
}

/**
 * Points x `[n, m]` with fresh noise: y = x + σz to feed to a model of scores and −z/σ for it to learn by `denoisingLoss`, both `[n, m]`. On a manifold
 * y = exp_x(σζ), and the target is −ζ/σ carried along the geodesic to y.
 *
 * @throws RangeError where σ is not positive
 */
export function denoisingPairs(
  x: Tensor2D,
  { sigma, manifold = euclidean(), seed = 0 }: DenoisingPairsOptions,
): { readonly noisy: Tensor2D; readonly target: Tensor2D } {
  if (!(sigma > 0 && Number.isFinite(sigma))) throw new RangeError(`denoisingPairs: sigma must be a positive number; got ${sigma}.`);
  return tf.tidy(() => {
    const zeta = randomTangent(manifold, x, drawNoise(gaussian(manifold.ambientDim), x.shape, randomStream(seed)) as Tensor2D);
    const noisy = manifold.exp(x, tf.mul(sigma, zeta));
    return { noisy, target: tf.div(manifold.transport(x, noisy, zeta), -sigma) };
  });
}
