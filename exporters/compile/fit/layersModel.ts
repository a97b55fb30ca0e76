import type { Scalar, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** The parts of a compiled `tf.LayersModel` that tfjs's own `fit` is made of; TypeScript calls them protected. */
interface Internals {
  isTraining: boolean;
  readonly lossFunctions: readonly unknown[];
  testFunction(data: Tensor[]): Scalar[];
  makeTrainFunction(): (data: Tensor[]) => Scalar[];
  makeTestFunction(): void;
  getDedupedMetricsNames(): string[];
  standardizeUserDataXY(x: Tensor | Tensor[], y: Tensor | Tensor[], checkBatchAxis: boolean): [Tensor[], Tensor[]];
}

export type CompiledModel = Omit<tf.LayersModel, keyof Internals> & Internals;

/**
 * The model that does the work: a `tf.Sequential` wraps one.
 *
 * @throws TypeError for what is no layers model; Error where it was not compiled, or is in training
 */
export function compiledModel(model: tf.LayersModel): CompiledModel {
  if (!(model instanceof tf.LayersModel))
    throw new TypeError(
      `fitCompiled: expected a tf.LayersModel, got ${model === null ? 'null' : typeof model}. For a plain function of tensors there is compile(fn, { ort, optimizer }).`,
    );
  const own = (model instanceof tf.Sequential ? (model as unknown as { model?: tf.LayersModel }).model : model) as unknown as
    | CompiledModel
    | undefined;
  if (own?.optimizer == null)
    throw new Error(`fitCompiled: the model ${model.name} was not compiled. Call model.compile({ optimizer, loss, metrics }) first.`);
  if (own.isTraining) throw new Error(`fitCompiled: the model ${model.name} is in training already. Wait for the other fit.`);
  return own;
}
