import type { LayersModel, NamedTensorMap, Optimizer, Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { trainStep } from '../../plugin/training/trainStep.ts';
import type { Decode } from './decode.ts';
import type { Likelihood } from './likelihood.ts';
import type { NoiseInput } from './noiseInput.ts';
import type { Posterior } from './posterior.ts';
import type { Regulariser } from './regulariser.ts';

/** What a latent variable model is made of. */
export interface LatentParts {
  readonly posterior: Posterior;
  readonly regulariser: Regulariser;
  readonly likelihood: Likelihood;
  readonly decoder: LayersModel;
  readonly decode: Decode;
  /** Of the regulariser, beside the reconstruction. */
  readonly weight: number;
}

/** What a batch costs: `loss` is what encoder and decoder descend, `own` what the regulariser's networks do. Means over the batch, in nats. */
export interface LatentCosts {
  readonly loss: Scalar;
  readonly reconstruction: Scalar;
  readonly regulariser: Scalar;
  readonly own: Scalar | null;
}

/** All random numbers that a batch is given. */
export function latentNoise({ posterior, regulariser, likelihood }: LatentParts, columns: number): NoiseInput[] {
  const observation: NoiseInput = { name: 'observation', columns, distribution: 'uniform' };
  return [...(likelihood.observe === null ? [] : [observation]), ...posterior.noise, ...regulariser.noise];
}

/**
 * @param x data `[batch, columns]`
 * @param weight of the regulariser
 */
export function latentCosts(parts: LatentParts, x: Tensor2D, noise: NamedTensorMap, weight: number | Scalar = parts.weight): LatentCosts {
  const { posterior, regulariser, likelihood, decode } = parts;
  const observed = likelihood.observe === null ? x : likelihood.observe(x, noise.observation as Tensor2D);
  const draw = posterior.draw(observed, noise);
  const reconstruction = tf.mean(likelihood.negativeLog(decode(draw.z), observed)) as Scalar;
  const { penalty, own } = regulariser.terms(draw, noise);
  return { loss: tf.add(reconstruction, tf.mul(weight, penalty)), reconstruction, regulariser: penalty, own };
}

export interface LatentStep {
  readonly parts: LatentParts;
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
  readonly weightDecay: number | null;
  /** Moves the average of the weights towards them by a share; null: there is none. */
  readonly average: ((share: Scalar) => void) | null;
}

/**
 * Takes the step: one gradient of both costs, since each holds fixed what the other trains, and one step of the optimiser.
 *
 * @param inputs data `x` and the noise; `share` of the average, and `weight` of the regulariser, where they change from step to step
 */
export function takeLatentStep(step: LatentStep, inputs: NamedTensorMap): Record<string, Scalar> {
  const reports: Record<string, Scalar> = {};
  trainStep(step, () => {
    const { own, ...costs } = latentCosts(step.parts, inputs.x as Tensor2D, inputs, inputs.weight as Scalar | undefined);
    for (const [name, value] of Object.entries({ ...costs, ...(own && { estimator: own }) })) reports[name] = tf.keep(tf.clone(value));
    return own === null ? costs.loss : tf.add(costs.loss, own);
  });
  step.average?.(inputs.share as Scalar);
  return Object.fromEntries(Object.entries(reports).map(([name, kept]) => [name, released(kept)]));
}

/** What was kept through the scope of a gradient, freed with the scope around it. */
function released(kept: Scalar): Scalar {
  const copy = tf.clone(kept);
  kept.dispose();
  return copy;
}
