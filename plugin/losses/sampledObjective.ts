import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { defineObjective, type Facts } from './defineObjective.ts';
import type { Objective } from './objective.ts';

/**
 * The mean of terms that depend on noise. Where none is passed, call k draws its own from `randomStream(seed, k)`.
 *
 * @param terms `[batch]`, of the energy, the points and their noise: null where `facts.noise` is
 */
export function sampledObjective(
  facts: Omit<Facts, 'terms'>,
  seed: number,
  terms: (energy: Energy, x: Tensor2D, noise: Tensor | null) => Tensor1D,
): Objective {
  register();
  let calls = 0;
  const drawn = (energy: Energy, x: Tensor2D, noise?: Tensor): Tensor1D =>
    tf.tidy(() => terms(energy, x, facts.noise && (noise ?? drawNoise(facts.noise, x.shape, randomStream(seed, calls++)))));
  const objective = defineObjective(facts, (energy, x, noise) => tf.tidy(() => tf.mean(drawn(energy, x, noise)) as Scalar));
  return Object.assign(objective, { terms: drawn });
}
