import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { FitSettings } from './fitSettings.ts';
import type { CompiledModel } from './layersModel.ts';

/** What a model trains and validates on: its inputs and then its targets, each `[n, …]`. */
export interface FitData {
  readonly train: readonly Tensor[];
  readonly validation: readonly Tensor[] | null;
  /** How many of the tensors are inputs. */
  readonly inputs: number;
  dispose(): void;
}

type Given = Tensor | Tensor[];

const shapesOf = (tensors: Given): string =>
  [tensors]
    .flat()
    .map(({ shape }) => `[${shape}]`)
    .join(', ') || 'none';

const expected = (symbols: CompiledModel['inputs']): string =>
  symbols.map(({ name, shape }) => `${name} [${shape.map((size) => size ?? 'n')}]`).join(', ');

/** The loss of an output as it was given to `compile`. */
function lossOf({ loss, outputNames }: CompiledModel, output: number): unknown {
  if (typeof loss === 'string' || typeof loss === 'function') return loss;
  return Array.isArray(loss) ? loss[output] : (loss as Readonly<Record<string, unknown>>)[outputNames[output]];
}

/** tfjs's sparse crossentropy wants its class numbers as float32; int32 ones are as good. */
function target(model: CompiledModel, tensor: Tensor, output: number): Tensor {
  const sparse = lossOf(model, output) === 'sparseCategoricalCrossentropy';
  return sparse && tensor.dtype === 'int32' ? tf.cast(tensor, 'float32') : tf.clone(tensor);
}

/** Copies of the tensors in the form that the model's own fit would give them; the caller's to dispose of. */
function standardised(model: CompiledModel, x: Given, y: Given, where: string): Tensor[] {
  for (const [name, tensors] of Object.entries({ x, y })) {
    const wrong = [tensors].flat().find((tensor) => !(tensor instanceof tf.Tensor));
    if (wrong !== undefined || tensors === undefined)
      throw new TypeError(`${where}: ${name} must be a tf.Tensor, or an array with one for each of the model's; got ${wrong ?? tensors}.`);
  }
  const [rowsOfX, rowsOfY] = [x, y].map((tensors) => [tensors].flat().map(({ shape }) => shape[0] ?? 0));
  const [rows] = rowsOfX;
  if (!(rows > 0) || [...rowsOfX, ...rowsOfY].some((n) => n !== rows))
    throw new Error(
      `${where}: all tensors must have the same number of rows, at least one; got x of ${rowsOfX.join(', ')} rows and y of ${rowsOfY.join(', ')}. ` +
        'The first axis of each is the rows.',
    );
  return tf.tidy(() => {
    try {
      const [inputs, targets] = model.standardizeUserDataXY(x, y, false);
      return [...inputs.map((tensor) => tf.clone(tensor)), ...targets.map((tensor, i) => target(model, tensor, i))];
    } catch (cause) {
      throw new Error(
        `${where}: got x ${shapesOf(x)} and y ${shapesOf(y)}; the model ${model.name} takes ${expected(model.inputs)} and makes ` +
          `${expected(model.outputs)}. Give one tensor for each, in this order and of these shapes (y of sparseCategoricalCrossentropy: with 1 at the end). ` +
          `tfjs says: ${(cause as Error).message}`,
        { cause },
      );
    }
  });
}

/** As tfjs splits: the last rows validate. */
function split(all: readonly Tensor[], share: number): { train: Tensor[]; validation: Tensor[] } {
  const n = all[0].shape[0];
  const at = Math.floor(n * (1 - share));
  if (at === 0 || at === n)
    throw new RangeError(
      `fitCompiled: validationSplit = ${share} of ${n} rows would leave ${n - at} to validate on; both sides need at least one.`,
    );
  return { train: all.map((tensor) => tf.slice(tensor, 0, at)), validation: all.map((tensor) => tf.slice(tensor, at, n - at)) };
}

/**
 * The rows to train and to validate on.
 *
 * @throws TypeError for what are no tensors; RangeError where the split leaves one side empty; Error for shapes that do not fit the model or one another
 */
export function fitData(
  model: CompiledModel,
  x: Given,
  y: Given,
  { validationData, validationSplit }: Pick<FitSettings, 'validationData' | 'validationSplit'>,
): FitData {
  const { train, validation } = tf.tidy((): Record<'train' | 'validation', Tensor[]> => {
    const all = standardised(model, x, y, 'fitCompiled(model, x, y)');
    if (validationData === undefined) return validationSplit === 0 ? { train: all, validation: [] } : split(all, validationSplit);
    if (!Array.isArray(validationData) || validationData.length !== 2)
      throw new TypeError('fitCompiled: validationData must be a pair [x, y] of tensors, or of arrays of tensors.');
    return { train: all, validation: standardised(model, ...(validationData as [Given, Given]), 'fitCompiled({ validationData })') };
  });
  return {
    train,
    validation: validation.length === 0 ? null : validation,
    inputs: model.inputs.length,
    dispose: () => tf.dispose([...train, ...validation]),
  };
}
