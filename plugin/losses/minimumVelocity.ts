import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../dynamics/dynamics.ts';
import { defineObjective } from './defineObjective.ts';
import type { Objective } from './objective.ts';
import { type VelocityOptions, velocitySamples } from './velocitySamples.ts';

/**
 * Minimum velocity learning (Wang et al. 2020, Algorithm 0): the loss that a dynamics makes. One step of size ε of the sampler of exp(−E/2), from
 * the data x to x⁻, and
 *
 *     L = −(2/ε) mean(E(x⁻) − E(x) − martingale),
 *
 * differentiated through x⁻. For Langevin dynamics L → E[|grad E|² − 2ΔE] as ε → 0, twice Hyvärinen's objective; the bias is O(ε).
 *
 * At ε = 0 the loss is that limit itself, |grad E|² − 2 zᵀHz for each sample: sliced score matching with reduced variance, `ssmVr`.
 *
 * The objective takes noise of `objective.noise.shape(x.shape)`, and draws its own where none is passed.
 *
 * @throws RangeError where ε is negative; Error for unknown noise, and at ε = 0 for dynamics without a `generator` or without control variate; when called, Error where ε is too small for the backend's precision
 */
export function minimumVelocity(dynamics: Dynamics, options: VelocityOptions = {}): Objective {
  const { name = `minimumVelocity(${dynamics.name})` } = options;
  const samples = velocitySamples(dynamics, { ...options, name });
  const at = (epsilon: number | Scalar | Tensor2D, known = options.scale) =>
    minimumVelocity(dynamics, { ...options, epsilon, ...(known !== undefined && { scale: known }) });
  const facts = {
    name,
    manifold: dynamics.manifold,
    noise: samples.noise,
    get epsilon() {
      const epsilon = samples.epsilon();
      return typeof epsilon === 'number' ? epsilon : null;
    },
    ...(dynamics.interacting === undefined && { terms: samples }),
    atEpsilon: (epsilon: number) => at(epsilon),
    ...(options.epsilon === undefined && { withEpsilon: at }),
    ...(options.scale !== undefined && { scale: options.scale }),
  };
  return defineObjective(facts, (energy, x, noise) => tf.tidy(() => tf.mean(samples(energy, x, noise)) as Scalar));
}
