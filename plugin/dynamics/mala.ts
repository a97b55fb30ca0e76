import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { splitExtraColumn, withExtraColumn } from '../noise/extraColumn.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';
import { noiseScale } from './langevin.ts';
import { asNumbers, isAccepted, isWithin, reachOf } from './metropolis.ts';

/**
 * Metropolis-adjusted Langevin (Roberts & Tweedie 1996) without charts: the proposal y = Exp_x(v), v = −dt grad U(x) + √(2dt) ζ, is accepted with
 * probability min(1, α), so that exp(−U) is kept exactly at every dt. Noise `[batch, m + 1]`: ζ's, and a normal for the test.
 *
 * The density of y with respect to the volume is that of the Gaussian at v over the Jacobian of exp_x at v. That Jacobian is the same from x to y
 * as from y to x on every Riemannian manifold (on Sⁿ it is (sin r / r)ⁿ⁻¹; Besse 1978, 6.12), and w = log_y(x) is as long as v, so that
 *
 *     log α = U(x) − U(y) + ½⟨v, grad U(x)⟩ − ½⟨w, grad U(y)⟩ + ¼dt(|grad U(x)|² − |grad U(y)|²).
 *
 * Proposals as far as the injectivity radius are rejected: beyond it y has other preimages, which the density would have to count. The way back is
 * as long, so this too keeps exp(−U).
 *
 * As a loss it has the limit of Langevin dynamics, for log α = O(dt^1.5): rejections change L by O(ε^1.5).
 *
 * @throws Error for a manifold of finite volume that does not state its injectivity radius
 */
export function mala(manifold: Manifold = euclidean()): Dynamics {
  const reach = reachOf(manifold, 'mala');
  const inner = (x: Tensor2D, u: Tensor2D, v: Tensor2D): Tensor2D => tf.expandDims(manifold.inner(x, u, v), 1);
  return {
    name: 'mala',
    manifold,
    noise: withExtraColumn(manifold.ambientDim),
    step: (energy, x, dt, noise) =>
      tf.tidy(() => {
        const { ambient, extra } = splitExtraColumn(noise as Tensor2D);
        const gradient = gradientOf(energy, manifold);
        const here = gradient(x);
        const kick: Tensor2D = tf.mul(noiseScale(dt), randomTangent(manifold, x, ambient));
        const v: Tensor2D = tf.sub(kick, tf.mul(dt, here));
        // Projected, or else rounding off the manifold grows from step to step where steps are long.
        const y = manifold.project(manifold.exp(x, v));
        const there = gradient(y);
        const fall: Tensor2D = tf.expandDims(tf.sub(energy(x), energy(y)) as Tensor1D, 1);
        const work: Tensor2D = tf.mul(0.5, tf.sub(inner(x, v, here), inner(y, manifold.log(y, x), there)));
        const squares: Tensor2D = tf.mul(tf.div(dt, 4), tf.sub(inner(x, here, here), inner(y, there, there)));
        const accepted = isAccepted(tf.addN([fall, work, squares]), extra, isWithin(manifold, reach, x, v));
        const martingale: Tensor2D = tf.where(accepted, inner(x, here, kick), tf.zerosLike(fall));
        return { next: tf.where(accepted, y, x), martingale: tf.squeeze(martingale, [1]) as Tensor1D, accepted: asNumbers(accepted) };
      }),
  };
}
