import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Energy, type Manifold, type Objective, riemannianLangevin } from '../../plugin/index.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { logUniform } from '../../plugin/noise/logUniform.ts';
import type { NoiseSpec } from '../../plugin/noise/noiseSpec.ts';
import { randomStream } from '../../random/stream.ts';

/** The energy of data smoothed by noise of variance `[batch, 1]` that began at `origin`. */
export type NoisyEnergy = (x: Tensor2D, variance: Tensor2D, origin: Tensor2D) => Tensor1D;

export interface ConditionalOptions {
  readonly manifold: Manifold;
  readonly energy: NoisyEnergy;
  /** log σ is uniform between these two. */
  readonly from: number;
  readonly to: number;
}

/** ε/σ², as `fit` has it. */
const STEP = 0.02;

/**
 * MVL-RLD at all noise levels at once: y = exp_x(σ ζ) with log σ uniform, one step of ε = 0.02 σ² from there under the energy of that level, and the loss
 * weighed by σ², which cancels the 1/ε:
 *
 *     L = −(2/0.02) mean(E(y⁻, σ) − E(y, σ) − martingale).
 *
 * With p_σ and q_σ smoothed by the heat flow, dKL(p_σ‖q_σ)/dσ² = −½ E|∇log p_σ − ∇log q_σ|². Where the energies belong to one density, this weight makes
 * the loss the likelihood, up to what is left at the coarsest level (Song, Durkan, Murray & Ermon 2021, "Maximum likelihood training of
 * score-based diffusion models"): coarse levels see the masses of modes that a score at one level is blind to.
 *
 * It takes `2m + 1` normal numbers for each point: for the noise, for the step, and for σ.
 */
export function conditionalVelocity({ manifold, energy, from, to }: ConditionalOptions): Objective {
  const dynamics = riemannianLangevin(manifold);
  const spec: NoiseSpec = { distribution: 'gaussian', shape: ([batch, m]) => [batch, 2 * m + 1] };
  const loss = (_: Energy, x: Tensor2D, noise?: Tensor) =>
    tf.tidy(() => {
      const m = x.shape[1];
      const numbers = (noise ?? drawNoise(spec, x.shape, randomStream(0))) as Tensor2D;
      const part = (begin: number, size: number): Tensor2D => tf.slice(numbers, [0, begin], [-1, size]);
      const sigma: Tensor2D = tf.exp(tf.add(Math.log(from), tf.mul(Math.log(to / from), tf.exp(logUniform(part(2 * m, 1))))) as Tensor2D);
      const variance: Tensor2D = tf.square(sigma);
      const y = manifold.exp(x, manifold.tangent(x, tf.mul(sigma, part(0, m))));
      const half: Energy = (at) => tf.mul(0.5, energy(at, variance, x));
      const { next, martingale } = dynamics.step(half, y, tf.mul(STEP, variance) as Tensor2D, part(m, m));
      return tf.mul(-4 / STEP, tf.mean(tf.sub(tf.sub(half(next), half(y)), martingale as Tensor1D))) as tf.Scalar;
    });
  const facts = { name: 'conditionalVelocity', manifold, noise: spec, epsilon: null };
  return Object.defineProperties(loss, Object.getOwnPropertyDescriptors(facts)) as unknown as Objective;
}
