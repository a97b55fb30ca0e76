import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { minibatchRows } from '../../../plugin/training/data.ts';
import type { StepProgram } from '../../../plugin/training/executor.ts';
import type { FitData } from './fitData.ts';
import type { FitSettings } from './fitSettings.ts';
import { layersIn } from './layersIn.ts';
import type { CompiledModel } from './layersModel.ts';
import { noiseInputs } from './noiseInputs.ts';
import { refuseHiddenState } from './refuse.ts';

/** The names under which a step reports the loss and the metrics, in tfjs's order: a metric's own name may be empty. */
export const reportName = (index: number): string => (index === 0 ? 'loss' : `metric_${index}`);

/** The rows of each step's batch as they stand in the data. */
const inOrder =
  (n: number, batchSize: number) =>
  (step: number): Int32Array => {
    const from = (step % Math.ceil(n / batchSize)) * batchSize;
    return Int32Array.from({ length: Math.min(batchSize, n - from) }, (_, i) => from + i);
  };

/** tfjs keeps a step's metrics alive for whoever reads them; a copy is freed with the scope. */
function released(kept: Scalar): Scalar {
  const copy = tf.clone(kept);
  kept.dispose();
  return copy;
}

/**
 * A model's own training step as a program: loss, gradients, optimiser, metrics, and what its layers assign. It can be traced, or run by tfjs with
 * tensors for the batch and the noise.
 *
 * @param data rows to train on `[n, …]`, the model's inputs and then its targets
 * @throws Error for layers whose randomness or state cannot be an input of the step
 */
export function trainProgram(
  model: CompiledModel,
  { train, inputs }: Pick<FitData, 'train' | 'inputs'>,
  {
    batchSize,
    shuffle,
    seed,
    learningRate,
    steps,
  }: Pick<FitSettings, 'batchSize' | 'shuffle' | 'seed' | 'learningRate'> & { steps: number },
): StepProgram {
  refuseHiddenState(layersIn(model));
  const noise = noiseInputs(model, train.slice(0, inputs), seed);
  const takeStep = model.makeTrainFunction();
  const names = train.map((_, i) => (i < inputs ? `x${i}` : `y${i - inputs}`));
  const n = train[0].shape[0];
  return {
    name: 'trainStep',
    optimizer: model.optimizer,
    data: Object.fromEntries(train.map((tensor, i) => [names[i], tensor])),
    inputs: noise.inputs,
    step: (batch: NamedTensorMap, given: NamedTensorMap) => {
      const [loss, ...metrics] = noise.with(given, () => takeStep(names.map((name): Tensor => batch[name])));
      return Object.fromEntries([loss, ...metrics.map(released)].map((report, i) => [reportName(i), report]));
    },
    rows: shuffle ? minibatchRows(n, batchSize, seed) : inOrder(n, batchSize),
    draw: noise.draw,
    learningRate: (step) => learningRate?.(steps > 1 ? step / (steps - 1) : 0) ?? null,
  };
}
