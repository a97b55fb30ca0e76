import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Executor } from '../../../plugin/training/executor.ts';
import type { CompiledModel } from './layersModel.ts';

/** Measures a model on rows that it is not trained on. */
export interface Validator {
  /** The loss and the metrics, in the order of the metrics' names. */
  measure(): Promise<number[]>;
  dispose(): Promise<void>;
}

/**
 * @param data inputs and targets `[n, …]`, taken in batches whose results are averaged by their sizes, as in tfjs
 * @param executor computes, with the model's variables as they are when `measure` is called
 */
export async function validatorOf(
  model: CompiledModel,
  data: readonly Tensor[],
  batchSize: number,
  executor: Executor,
): Promise<Validator> {
  const n = data[0].shape[0];
  const last = model.lossFunctions.length - 1;
  model.makeTestFunction();
  const { testFunction } = model;
  // tfjs gives the sum of the losses after each output; only the last is the loss.
  const evaluation = await executor.evaluate((...batch) => tf.stack(testFunction(batch).slice(last)));
  return {
    measure: async () => {
      const sums: number[] = [];
      for (let from = 0; from < n; from += batchSize) {
        const rows = Math.min(batchSize, n - from);
        const batch = data.map((tensor) => tf.slice(tensor, from, rows));
        try {
          const measured = await evaluation(...batch);
          for (const [i, value] of (await measured.data()).entries()) sums[i] = (sums[i] ?? 0) + rows * value;
          measured.dispose();
        } finally {
          tf.dispose(batch);
        }
      }
      return sums.map((sum) => sum / n);
    },
    dispose: () => evaluation.dispose(),
  };
}
