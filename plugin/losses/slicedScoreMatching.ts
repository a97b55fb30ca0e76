import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import { secondDerivative } from '../dynamics/secondDerivative.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import type { Objective } from './objective.ts';
import { projectionNoise } from './projectionNoise.ts';
import { sampledObjective } from './sampledObjective.ts';

export interface SlicedOptions {
  /** Default: flat space. */
  readonly manifold?: Manifold;
  /** Law of the projections: `rademacher`, signs, of less variance, or `gaussian`. Default `gaussian`. */
  readonly noise?: 'gaussian' | 'rademacher';
  /** For noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
}

/**
 * Sliced score matching, Song et al. 2019, eq. 8: ½(vᵀs)² + vᵀ∇s v for a random direction v, here twice that, so that L = E[|grad E|² − 2ΔE] as for the
 * other losses:
 *
 *     ⟨grad E, v⟩² − 2 d²/ds² E(exp_x(s v)) at s = 0,    v of covariance G⁻¹,
 *
 * the second derivative along the geodesic being vᵀHv in flat space. Its cost does not grow with the dimension. `ssmVr` has less variance.
 *
 * @throws Error for unknown noise
 */
export function slicedScoreMatching({ manifold = euclidean(), noise = 'gaussian', seed = 0 }: SlicedOptions = {}): Objective {
  const spec = projectionNoise('slicedScoreMatching', manifold.ambientDim, noise);
  return sampledObjective({ name: 'slicedScoreMatching', manifold, noise: spec, epsilon: null }, seed, (energy, x, z) => {
    const v = randomTangent(manifold, x, z as Tensor2D);
    const along = secondDerivative((s) => energy(manifold.exp(x, tf.mul(s, v))), x.shape[0]);
    return tf.sub(tf.square(manifold.inner(x, gradientOf(energy, manifold)(x), v)), tf.mul(2, along));
  });
}
