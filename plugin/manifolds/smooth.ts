import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { columns } from './columns.ts';
import type { Manifold } from './manifold.ts';
import { randomTangent } from './metric.ts';

/**
 * A step's width s e^(−s² Ric/12), which puts right the order s⁴. By Bochner's formula
 *
 *     E f(exp_x(s ζ)) = f + ½s² Δf + s⁴ (⅛ Δ²f + 1/12 div(Ric grad f)) + O(s⁶),    ζ ~ N(0, G⁻¹),
 *
 * where the heat kernel has f + ½s² Δf + ⅛s⁴ Δ²f + …: on curved manifolds a plain step goes wrong at order s⁴.
 */
function width(step: Tensor2D, ricci: number | readonly number[]): Tensor2D {
  const curvature = typeof ricci === 'number' ? ricci / -12 : tf.tensor1d(ricci.map((k) => k / -12));
  return tf.mul(step, tf.exp(tf.mul(tf.square(step), curvature)));
}

/**
 * Blurs points by the manifold's heat kernel at time σ²/2 (Brownian motion with the generator ½Δ for the time σ²): a random walk of k steps along
 * geodesics, y ← exp_y(s ζ) with s = σ/√k and ζ ~ N(0, G⁻¹), s corrected for the curvature. On flat manifolds one step is exact; elsewhere expectations
 * are off by O(σ⁶/k²), or by O(σ⁴/k) where the manifold does not state its curvature. `heatSteps` says which k is enough.
 *
 * @param x points `[batch, m]`
 * @param sigma standard deviation of each tangent coordinate, in units of geodesic distance; `[batch, 1]`: one for each point
 * @param noise ambient standard normal noise, `[batch, k m]`: as many steps as it has columns for
 */
export const smooth = (manifold: Manifold, x: Tensor2D, sigma: number | Scalar | Tensor2D, noise: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const m = x.shape[1];
    const steps = noise.shape[1] / m;
    if (!Number.isInteger(steps) || steps < 1)
      throw new Error(`smooth: for points of ${m} columns the noise must have ${m} columns for each step; it has ${noise.shape[1]}.`);
    const { ricci = 0 } = manifold;
    const flat = typeof ricci === 'number' ? ricci === 0 : ricci.every((k) => k === 0);
    const step = (steps === 1 ? sigma : tf.div(sigma, Math.sqrt(steps))) as Tensor2D;
    const scale = flat ? step : width(step, ricci);
    let y = x;
    for (let k = 0; k < steps; k++)
      y = manifold.exp(y, tf.mul(scale, randomTangent(manifold, y, steps === 1 ? noise : columns(noise, k * m, (k + 1) * m))));
    return y;
  });
