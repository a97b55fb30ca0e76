import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { StepInput } from '../../../plugin/training/executor.ts';
import { STREAM } from '../../../plugin/training/streams.ts';
import { fillRandom } from '../../../random/fill.ts';
import { randomStream } from '../../../random/stream.ts';
import { type Layer, titleOf } from './layersIn.ts';
import type { CompiledModel } from './layersModel.ts';
import { type LayerNoise, noiseOf } from './noiseLayers.ts';
import { probe } from './probe.ts';
import { refuseRandomness } from './refuse.ts';
import { withCalls } from './withCalls.ts';

/** Sizes of batch to trace with: small, since some kernels are run for their shapes. */
const [FEW, MANY] = [2, 3];

/** The noise of a model's layers in training, as inputs of a step. */
export interface NoiseInputs {
  readonly inputs: readonly StepInput[];
  /** Writes what an input is at a step. */
  draw(name: string, step: number, into: Float32Array): void;
  /** Runs a step with layers that take their noise from `noise` instead of drawing it. */
  with<T>(noise: NamedTensorMap, step: () => T): T;
}

/** A shape whose sizes follow the batch or stand still, from how it looks at two sizes of batch. */
function openShape(layer: Layer, few: readonly number[], many: readonly number[]): (number | 'batch')[] {
  return few.map((size, axis) => {
    if (size === many[axis]) return size;
    if (size === FEW && many[axis] === MANY) return 'batch';
    throw new Error(
      `fitCompiled: the noise of ${titleOf(layer)} is [${few}] for a batch of ${FEW} and [${many}] for ${MANY}; each size must be the batch's, or always the same. ` +
        'Put the layer before what mixes the batch with other axes.',
    );
  });
}

/**
 * Finds out by tracing where a model draws noise: each use of a layer is an input of its own.
 *
 * @param x the model's inputs `[n, …]`
 * @throws Error where a layer draws random numbers by a formula that is not known here
 */
export function noiseInputs(model: CompiledModel, x: readonly Tensor[], seed: number): NoiseInputs {
  const first = probe(model, x, FEW);
  refuseRandomness(first, probe(model, x, FEW));
  const { uses } = first.uses.length > 0 ? probe(model, x, MANY) : first;
  const inputs = first.uses.map(({ layer, shape }, i): StepInput & { noise: LayerNoise } => ({
    name: `noise_${i}_${layer.name}`,
    shape: openShape(layer, shape, uses[i].shape),
    noise: noiseOf(layer) as LayerNoise,
  }));
  const noisy = [...new Set(uses.map(({ layer }) => layer))];
  return {
    inputs: inputs.map(({ name, shape }) => ({ name, shape })),
    draw: (name, step, into) => {
      const use = inputs.findIndex((input) => input.name === name);
      const stream = randomStream(seed, STREAM.layerNoise, step, use);
      if (inputs[use].noise.distribution === 'gaussian') fillRandom(into, 'gaussian', stream);
      else for (let i = 0; i < into.length; i++) into[i] = stream.uniform();
    },
    with: (noise, step) => {
      let use = 0;
      return withCalls(
        noisy,
        (_, own) => (given, kwargs) => {
          if (!kwargs.training) return own(given, kwargs);
          const { name, noise: layerNoise } = inputs[use++];
          return tf.tidy(() => layerNoise.apply([given].flat()[0], noise[name]));
        },
        step,
      );
    },
  };
}
