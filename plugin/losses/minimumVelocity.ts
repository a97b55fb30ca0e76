import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Dynamics } from '../dynamics/dynamics.ts';
import type { Energy } from '../energy/energy.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { defineObjective } from './defineObjective.ts';
import type { Objective } from './objective.ts';
import { checkEpsilon, defaultEpsilon } from './precision.ts';
import { rescaledStep } from './rescaledStep.ts';

export interface VelocityOptions {
  /** Step ε. Default: 1e-3 where the backend computes in float32, 3e-2 in float16. */
  readonly epsilon?: number;
  /** Subtract the step's martingale, which takes 1/ε out of the variance. Default true. */
  readonly controlVariate?: boolean;
  /** `rademacher`: signs, of less variance; `antithetic`: gaussian z and −z. Default `gaussian`. */
  readonly noise?: 'gaussian' | 'rademacher' | 'antithetic';
  /** ε / max(1, |½ grad E|²) for each sample, a guard against energies that grow stiffer without end. Default false. */
  readonly stepRescale?: boolean;
  /** For noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
  /** As shown in logs and files. */
  readonly name?: string;
}

const kinds = ['gaussian', 'rademacher', 'antithetic'] as const;

function noiseOf(dynamics: Dynamics, kind: (typeof kinds)[number]): NoiseSpec | null {
  if (!kinds.includes(kind)) throw new Error(`minimumVelocity: unknown noise "${kind}"; expected one of ${kinds.join(', ')}.`);
  if (dynamics.noise === null) return null;
  return { ...dynamics.noise, distribution: kind === 'rademacher' ? 'rademacher' : 'gaussian' };
}

/**
 * Minimum velocity learning (Wang et al. 2020, Algorithm 0): the loss that a dynamics makes. One step of size ε of the sampler of exp(−E/2), from
 * the data x to x⁻, and
 *
 *     L = −(2/ε) mean(E(x⁻) − E(x) − martingale),
 *
 * differentiated through x⁻. For Langevin dynamics L → E[|grad E|² − 2ΔE] as ε → 0, twice Hyvärinen's objective; the bias is O(ε).
 *
 * The objective takes noise of `objective.noise.shape(x.shape)`, and draws its own where none is passed.
 *
 * @throws RangeError where ε is not positive; Error for unknown noise; when called, Error where ε is too small for the backend's precision
 */
export function minimumVelocity(dynamics: Dynamics, options: VelocityOptions = {}): Objective {
  const { controlVariate = true, noise: kind = 'gaussian', stepRescale = false, seed = 0 } = options;
  const { name = `minimumVelocity(${dynamics.name})` } = options;
  if (options.epsilon !== undefined && !(options.epsilon > 0 && Number.isFinite(options.epsilon))) {
    throw new RangeError(`${name}: epsilon must be a positive number; got ${options.epsilon}.`);
  }
  const spec = noiseOf(dynamics, kind);
  const facts = {
    name,
    manifold: dynamics.manifold,
    noise: spec,
    get epsilon() {
      return options.epsilon ?? defaultEpsilon();
    },
    ...(options.epsilon === undefined && { withEpsilon: (epsilon: number) => minimumVelocity(dynamics, { ...options, epsilon }) }),
  };
  let calls = 0;

  /** −(2/ε)(E(x⁻) − E(x) − martingale) for each sample, with U = ½E. */
  const velocity = (half: Energy, x: Tensor2D, z: Tensor | null): Tensor1D => {
    const dt = stepRescale ? rescaledStep(half, dynamics.manifold, x, facts.epsilon) : facts.epsilon;
    const { next, martingale } = dynamics.step(half, x, dt, z);
    const rise: Tensor1D = tf.sub(half(next), half(x));
    const drift: Tensor1D = controlVariate && martingale !== null ? tf.sub(rise, martingale) : rise;
    return tf.mul(-4, tf.div(drift, typeof dt === 'number' ? dt : tf.squeeze(dt, [1])));
  };

  return defineObjective(facts, (energy, x, noise) =>
    tf.tidy(() => {
      checkEpsilon(facts.epsilon, name);
      const half: Energy = (y) => tf.mul(0.5, energy(y));
      const z = spec && (noise ?? drawNoise(spec, x.shape, randomStream(seed, calls++)));
      const forward = velocity(half, x, z);
      if (kind !== 'antithetic' || z === null) return tf.mean(forward) as Scalar;
      return tf.mul(0.5, tf.mean(tf.add(forward, velocity(half, x, tf.neg(z))))) as Scalar;
    }),
  );
}
