import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { type FitCallbacks, fitCallbacks } from '../../../plugin/training/callbacks.ts';
import type { StepProgram, StepRunner } from '../../../plugin/training/executor.ts';
import { paced } from '../../../plugin/training/paced.ts';
import { fitData } from './fitData.ts';
import type { FitSettings } from './fitSettings.ts';
import type { CompiledModel } from './layersModel.ts';
import { trainProgram } from './trainProgram.ts';
import { type Validator, validatorOf } from './validator.ts';

/** A model in training: what `fitCompiled` works with. */
export interface FitRun {
  readonly model: CompiledModel;
  readonly program: StepProgram;
  readonly runner: StepRunner;
  readonly take: ReturnType<typeof paced>;
  /** null: there is nothing to validate on. */
  readonly validator: Validator | null;
  readonly callbacks: FitCallbacks;
  readonly stepsPerEpoch: number;
  /** Frees all that the run made; the model is free to be trained again. */
  dispose(): Promise<void>;
}

/**
 * Checks the data, traces the step, and opens what runs it. The caller disposes of the run.
 *
 * @throws Error for data that do not fit, and for what cannot be traced
 */
export async function fitRun(model: CompiledModel, x: Tensor | Tensor[], y: Tensor | Tensor[], settings: FitSettings): Promise<FitRun> {
  const { executor, epochs, batchSize } = settings;
  // tfjs's own gradients of Tile and a few more loop over the batch; the repaired ones do not, and so can be traced for any size.
  register();
  const data = fitData(model, x, y, settings);
  const opened: { dispose(): unknown }[] = [data];
  const dispose = async (): Promise<void> => {
    for (const one of opened.reverse()) await one.dispose();
    model.isTraining = false;
  };
  model.isTraining = true;
  try {
    const samples = data.train[0].shape[0];
    const stepsPerEpoch = Math.ceil(samples / batchSize);
    const program = trainProgram(model, data, { ...settings, steps: stepsPerEpoch * epochs });
    const runner = await executor.start(program);
    opened.push(runner);
    const validator = data.validation === null ? null : await validatorOf(model, data.validation, batchSize, executor);
    if (validator) opened.push(validator);
    const parameters = { epochs, samples, steps: stepsPerEpoch, batchSize, doValidation: validator !== null };
    return {
      model,
      program,
      runner,
      take: paced(runner, program, executor.turn),
      validator,
      callbacks: fitCallbacks(settings.callbacks, model as unknown as LayersModel, parameters),
      stepsPerEpoch,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
