import type { NamedTensorMap, Optimizer, Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Objective } from '../losses/objective.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { smooth } from '../manifolds/smooth.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import type { StepInput } from './executor.ts';
import { trainStep } from './trainStep.ts';

/** What one step of training an energy does, as far as it is the same in all steps. */
export interface EnergyStep {
  readonly manifold: Manifold;
  readonly energy: Energy;
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
  readonly weightDecay: number | null;
  /** Whether the batch is blurred by the heat kernel. */
  readonly smoothed: boolean;
  /** The loss; given the step ε of its dynamics where that is an input. */
  readonly objective: (epsilon: Scalar | null) => Objective;
  /** Whether ε is an input, since it follows the smoothing. */
  readonly adaptive: boolean;
  readonly noise: NoiseSpec | null;
  /** Moves the average of the weights towards them by a share; null: there is none. */
  readonly average: ((share: Scalar) => void) | null;
}

/** Sizes of the noise for batches of points with m columns: those that follow the batch are left open. */
function noiseShape(noise: NoiseSpec, m: number): (number | 'batch')[] {
  const [few, many] = [101, 103].map((n) => noise.shape([n, m]));
  return few.map((size, axis) => (size === many[axis] ? size : 'batch'));
}

/** What the step takes beside its batch `x` `[batch, m]`, by name. */
export function energyStepInputs(step: EnergyStep, m: number): StepInput[] {
  const number = (name: string, present: boolean): StepInput[] => (present ? [{ name, shape: [] }] : []);
  return [
    ...(step.smoothed ? [{ name: 'blur', shape: ['batch', m] as const }] : []),
    ...(step.noise ? [{ name: 'noise', shape: noiseShape(step.noise, m) }] : []),
    ...number('sigma', step.smoothed),
    ...number('epsilon', step.adaptive),
    ...number('share', step.average !== null),
  ];
}

/**
 * Takes the step: blurs the batch, differentiates the loss, moves the weights and their average.
 *
 * @param inputs `x` and those of `energyStepInputs`
 */
export function takeEnergyStep(step: EnergyStep, inputs: NamedTensorMap): { readonly loss: Scalar } {
  const { x, blur, noise, sigma, epsilon, share } = inputs;
  const y = step.smoothed ? smooth(step.manifold, x as Tensor2D, sigma as Scalar, blur as Tensor2D) : (x as Tensor2D);
  const loss = trainStep(step, step.objective((epsilon as Scalar | undefined) ?? null), y, noise ?? null);
  step.average?.(share as Scalar);
  return { loss };
}
