import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Chart } from '../manifolds/chart.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { randomTangent } from '../manifolds/metric.ts';
import { gaussian } from '../noise/gaussian.ts';
import type { Dynamics } from './dynamics.ts';
import { gradientOf } from './gradientOf.ts';
import { noiseScale } from './langevin.ts';
import { secondDerivative } from './secondDerivative.ts';

export interface RiemannianLangevinOptions {
  /** `embedded` (default): exponential map of a projected ambient step. `chart`: Itô's equation in the manifold's coordinates, as in the paper. */
  readonly route?: 'embedded' | 'chart';
}

type Generator = NonNullable<Dynamics['generator']>;

/** Exp_x(−dt grad U + √(2 dt) ζ), ζ ~ N(0, G⁻¹) made of ambient noise `[batch, m]`. */
const embedded = (manifold: Manifold): Dynamics['step'] => {
  return (energy, x, dt, noise) =>
    tf.tidy(() => {
      const gradient = gradientOf(energy, manifold)(x);
      const kick: Tensor2D = tf.mul(noiseScale(dt), randomTangent(manifold, x, noise as Tensor2D));
      const next = manifold.exp(x, tf.sub(kick, tf.mul(dt, gradient)));
      return { next, martingale: manifold.inner(x, gradient, kick) };
    });
};

/** −|grad U|² + d²/ds² U(exp_x(s ζ)). */
const embeddedGenerator = (manifold: Manifold): Generator => {
  return (energy, x, noise) =>
    tf.tidy(() => {
      const velocity = randomTangent(manifold, x, noise as Tensor2D);
      const along = secondDerivative((s) => energy(manifold.exp(x, tf.mul(s, velocity))), x.shape[0]);
      const gradient = gradientOf(energy, manifold)(x);
      return tf.sub(along, manifold.inner(x, gradient, gradient));
    });
};

/** xⁱ + dt(−gⁱʲ∂ⱼU + ½gⁱʲ∂ⱼlog|G| + ∂ₖgⁱᵏ) + √(2 dt) N(0, G⁻¹), with intrinsic noise `[batch, dim]`. Wang et al. 2020, Riemannian LD. */
const byChart = (chart: Chart): Dynamics['step'] => {
  return (energy, y, dt, noise) =>
    tf.tidy(() => {
      const { x, side } = chart.encode(y);
      const local: Energy = (coordinates) => energy(chart.decode(coordinates, side));
      const covector = gradientOf(local)(x);
      const drift: Tensor2D = tf.sub(chart.volumeDrift(x), chart.raise(x, covector));
      const kick: Tensor2D = tf.mul(noiseScale(dt), chart.colour(x, noise as Tensor2D));
      const next = chart.decode(tf.add(tf.add(x, tf.mul(dt, drift)), kick), side);
      return { next, martingale: tf.sum(tf.mul(covector, kick), 1) as Tensor1D };
    });
};

/** −gⁱʲ∂ᵢU∂ⱼU + d²/ds² U(x + s z + ½ s² b), z ~ N(0, G⁻¹), b the drift of Brownian motion: zᵀ∂²U z + bⁱ∂ᵢU. */
const chartGenerator = (chart: Chart): Generator => {
  return (energy, y, noise) =>
    tf.tidy(() => {
      const { x, side } = chart.encode(y);
      const local: Energy = (coordinates) => energy(chart.decode(coordinates, side));
      const [z, drift] = [chart.colour(x, noise as Tensor2D), chart.volumeDrift(x)];
      const curve = (s: Tensor2D): Tensor2D => tf.add(x, tf.mul(s, tf.add(z, tf.mul(tf.div(s, 2), drift))));
      const covector = gradientOf(local)(x);
      const square = tf.sum(tf.mul(covector, chart.raise(x, covector)), 1);
      return tf.sub(
        secondDerivative((s) => local(curve(s)), y.shape[0]),
        square,
      );
    });
};

/**
 * Langevin dynamics on a manifold: the sampler of exp(−U) with respect to its volume. Both routes have the same limit as dt → 0.
 *
 * @throws Error where the route is `chart` and the manifold has none
 */
export function riemannianLangevin(manifold: Manifold, { route = 'embedded' }: RiemannianLangevinOptions = {}): Dynamics {
  if (route === 'embedded') {
    const noise = gaussian(manifold.ambientDim);
    return { name: 'riemannianLangevin', manifold, noise, step: embedded(manifold), generator: embeddedGenerator(manifold) };
  }
  const { chart, dim } = manifold;
  if (route !== 'chart') throw new Error(`riemannianLangevin: unknown route "${route}"; expected "embedded" or "chart".`);
  if (chart === undefined) throw new Error(`riemannianLangevin: ${manifold.name} has no chart; use { route: 'embedded' }.`);
  return { name: 'riemannianLangevin:chart', manifold, noise: gaussian(dim), step: byChart(chart), generator: chartGenerator(chart) };
}
