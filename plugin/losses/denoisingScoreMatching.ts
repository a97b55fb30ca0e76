import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { splitExtraColumn, withExtraColumn } from '../noise/extraColumn.ts';
import { gaussian } from '../noise/gaussian.ts';
import type { Objective } from './objective.ts';
import { sampledObjective } from './sampledObjective.ts';
import { scoreOf } from './scoreOf.ts';
import { type Sigmas, sigmaSchedule } from './sigmaSchedule.ts';

export interface DenoisingOptions {
  /** The noise level, in units of x. Give either this or `sigmas`. */
  readonly sigma?: number;
  /** Several levels, of equal probability: a list, or a range with log σ uniform. Each sample draws its own, and counts σ² as much. */
  readonly sigmas?: Sigmas;
  /** Default: flat space. */
  readonly manifold?: Manifold;
  /** Take 2⟨s(x), z⟩/σ + (|z|² − dim)/σ², which has mean zero and carries the variance of order 1/σ². Default true. */
  readonly controlVariate?: boolean;
  /** For noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
}

/** |s(y) + u/σ|² − dim/σ² less its control variate, y = exp_x(σ ζ) and u the velocity ζ carried to y; `[batch]`. */
function term(
  energy: Energy,
  manifold: Manifold,
  controlVariate: boolean,
  x: Tensor2D,
  sigma: number | Tensor2D,
  noise: Tensor2D,
): Tensor1D {
  const score = scoreOf(energy, manifold);
  const zeta = randomTangent(manifold, x, noise);
  const y = manifold.exp(x, tf.mul(sigma, zeta));
  const [s, u] = [score(y), manifold.transport(x, y, zeta)];
  const width = typeof sigma === 'number' ? sigma : tf.squeeze(sigma, [1]);
  const per = (value: Tensor): Tensor1D => tf.div(value, width);
  const square = manifold.inner(y, s, s);
  const along = manifold.inner(y, s, u);
  if (controlVariate) return tf.add(square, tf.mul(2, per(tf.sub(along, manifold.inner(x, score(x), zeta)))));
  const excess = tf.sub(manifold.inner(x, zeta, zeta), manifold.dim ?? x.shape[1]);
  return tf.add(tf.add(square, tf.mul(2, per(along))), per(per(excess)));
}

/**
 * Denoising score matching, Vincent 2011: ½|s(x + σz) + z/σ|², here twice that less d/σ², so that its mean is L = E[|grad E|² − 2ΔE] of the data blurred by σ,
 * exactly, and its minimiser the blurred density (N(0, 1) gives E = λx²/2 with λ = 1/(1 + σ²)). With its control variate (default),
 *
 *     |s(y)|² + 2⟨s(y) − s(x), z⟩/σ,    y = x + σz,
 *
 * whose variance stays bounded as σ → 0; without it, it grows as 1/σ⁴. Single precision adds about 1e-7 |s||z|/σ. With several levels the terms are
 * weighted by σ² over its mean; the energy is the same for all, so that what it learns is a compromise between them.
 *
 * On a manifold y = exp_x(σζ) and z is ζ carried along the geodesic to y: −log_y(x)/σ within the injectivity radius, Varadhan's approximation of the heat
 * kernel's score (De Bortoli et al. 2022, §3.3), off by O(σ²) relative to what blurs flat space.
 *
 * The last column of the noise `[batch, m + 1]` chooses each sample's level where there are several.
 *
 * @throws TypeError unless one of `sigma` and `sigmas` is given; RangeError for levels that are not positive
 */
export function denoisingScoreMatching(options: DenoisingOptions): Objective {
  const { sigma, sigmas, manifold = euclidean(), controlVariate = true, seed = 0 } = options;
  const name = 'denoisingScoreMatching';
  if ((sigma === undefined) === (sigmas === undefined))
    throw new TypeError(`${name}: give either sigma, a number, or sigmas, several of them.`);
  const schedule = sigmaSchedule(name, sigmas ?? [sigma as number]);
  const facts = { name, manifold, epsilon: null };
  if (sigmas === undefined)
    return sampledObjective({ ...facts, noise: gaussian(manifold.ambientDim) }, seed, (energy, x, z) =>
      term(energy, manifold, controlVariate, x, sigma as number, z as Tensor2D),
    );
  return sampledObjective({ ...facts, noise: withExtraColumn(manifold.ambientDim) }, seed, (energy, x, noise) => {
    const { ambient, extra } = splitExtraColumn(noise as Tensor2D);
    const level = schedule.sigma(extra);
    const value = term(energy, manifold, controlVariate, x, level, ambient);
    return tf.mul(schedule.weight(level), value);
  });
}
