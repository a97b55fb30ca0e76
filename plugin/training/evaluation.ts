import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Evaluation, Executor } from './executor.ts';

/** A function of tensors in the hands of an executor, or of tfjs itself where there is none. */
export async function evaluationOf(fn: (...inputs: Tensor[]) => Tensor, executor: Executor | undefined): Promise<Evaluation> {
  const tidied = (...inputs: Tensor[]): Tensor => tf.tidy(() => fn(...inputs));
  if (executor !== undefined) return executor.evaluate(tidied);
  return Object.assign(async (...inputs: Tensor[]) => tidied(...inputs), { dispose: async () => {} });
}
