import type { NamedTensorMap, Optimizer, Scalar, Variable } from '@tensorflow/tfjs';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { type BatchLoss, batchLoss } from './batchLoss.ts';
import type { StepInput } from './executor.ts';
import { trainStep } from './trainStep.ts';

/** What one step of training an energy does, as far as it is the same in all steps. */
export interface EnergyStep extends BatchLoss {
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
  readonly weightDecay: number | null;
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
export function energyStepInputs({ blur, noise, conditional, adaptive, average }: EnergyStep, m: number): StepInput[] {
  const input = (name: string, present: boolean, shape: StepInput['shape'] = []): StepInput[] => (present ? [{ name, shape }] : []);
  return [
    ...(blur === null ? [] : input('blur', true, ['batch', blur * m])),
    ...(noise === null ? [] : input('noise', true, noiseShape(noise, m))),
    ...input('sigma', blur !== null, conditional === null ? [] : ['batch', 1]),
    ...input('epsilon', adaptive && conditional === null),
    ...input('share', average !== null),
  ];
}

/**
 * Takes the step: blurs the batch, differentiates the loss, moves the weights and their average.
 *
 * @param inputs `x` and those of `energyStepInputs`
 */
export function takeEnergyStep(step: EnergyStep, inputs: NamedTensorMap): { readonly loss: Scalar } {
  const loss = trainStep(step, () => batchLoss(step, inputs));
  step.average?.(inputs.share as Scalar);
  return { loss };
}
