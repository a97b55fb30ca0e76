import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { record, registerKernels } from '../../trace/backend.ts';
import type { RecordedConstant } from '../../trace/recorder.ts';
import { type Layer, layersIn, titleOf } from './layersIn.ts';
import type { CompiledModel } from './layersModel.ts';
import { noiseOf } from './noiseLayers.ts';
import { withCalls } from './withCalls.ts';

/** What a forward pass in training does that a graph has to know of. */
export interface Probe {
  /** Each use of a noise layer, in order, with the shape of its noise. */
  readonly uses: readonly { readonly layer: Layer; readonly shape: readonly number[] }[];
  /** Tensors made from JavaScript numbers, and the innermost layer that made each. */
  readonly constants: readonly (RecordedConstant & { readonly layer: Layer | undefined })[];
}

/**
 * Traces the model's forward pass as in training, on a batch of some size; nothing is computed, and no variable changes.
 *
 * @param x the model's inputs `[n, …]`, for their shapes and dtypes
 * @throws Error where a layer cannot be traced, with its name
 */
export function probe(model: CompiledModel, x: readonly Tensor[], batch: number): Probe {
  registerKernels();
  const uses: { layer: Layer; shape: number[] }[] = [];
  const running: Layer[] = [];
  return record({ sites: false, stateful: true }, (recorder) => {
    const owners: (Layer | undefined)[] = [];
    const settle = (): void => {
      while (owners.length < recorder.constants.length) owners.push(running.at(-1));
    };
    const inputs = x.map(({ shape, dtype }, i) =>
      tf.engine().makeTensorFromTensorInfo(recorder.input(`x${i}`, [batch, ...shape.slice(1)], dtype).info),
    );
    const forward = () => model.call(inputs, { training: true });
    try {
      withCalls(
        layersIn(model),
        (layer, own) => {
          const noise = noiseOf(layer);
          return (given, kwargs) => {
            settle();
            running.push(layer);
            const [input] = [given].flat();
            const draws = noise !== null && kwargs.training === true;
            if (draws) uses.push({ layer, shape: noise.shape(input) });
            const result = draws ? input : own(given, kwargs);
            settle();
            // Not where `own` throws: the layer then stands in the error.
            running.pop();
            return result;
          };
        },
        forward,
      );
    } catch (cause) {
      const layer = running.at(-1);
      if (layer === undefined || !(cause instanceof Error)) throw cause;
      throw new Error(`fitCompiled: the layer ${titleOf(layer)} cannot be traced: ${cause.message}`, { cause });
    }
    return { uses, constants: recorder.constants.map((constant, i) => ({ ...constant, layer: owners[i] })) };
  });
}
