import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Evaluation, Executor } from './executor.ts';
import type { ValidationTools } from './fitOptions.ts';
import type { LossOn } from './validation.ts';

/** Evaluates a model in training: by tfjs, or by what trains it. */
export interface Evaluator extends ValidationTools {
  readonly loss: LossOn;
  dispose(): Promise<void>;
}

type Function = (...inputs: Tensor[]) => Tensor;

/** A function made by the executor when it is first called. */
function onDemand(executor: Executor, fn: Function) {
  let made: Promise<Evaluation> | null = null;
  return {
    call: async (...inputs: Tensor[]): Promise<Tensor> => {
      made ??= executor.evaluate(fn);
      return (await made)(...inputs);
    },
    dispose: async () => (await made)?.dispose(),
  };
}

/**
 * @param energy and `loss` as functions of tensors that read the model's variables
 * @param executor undefined: tfjs itself
 */
export function evaluatorOf(energy: (x: Tensor2D) => Tensor1D, loss: Function, executor: Executor | undefined): Evaluator {
  if (executor === undefined)
    return { energy: async (x) => tf.tidy(() => energy(x)), loss: (...inputs) => tf.tidy(() => loss(...inputs)), dispose: async () => {} };
  const energies = onDemand(executor, energy as Function);
  const losses = onDemand(executor, loss);
  return {
    energy: async (x) => (await energies.call(x)) as Tensor1D,
    loss: losses.call,
    dispose: async () => {
      await energies.dispose();
      await losses.dispose();
    },
  };
}
