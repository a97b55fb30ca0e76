import type { ModelCard, SamplerCard } from './card.ts';
import type { OnnxFile } from './wire/onnxFile.ts';
import { withCall } from './wire/subModel.ts';

/** @throws Error where the file has no sampler, or one that its card does not describe */
export function requireSampler({ sampler, name }: ModelCard): SamplerCard {
  const described = sampler?.inputs?.[sampler.step] && sampler.inputs[sampler.start];
  if (described && (!sampler.noise || sampler.noise.shape[0] === 'batch')) return sampler;
  throw new Error(
    `sample: the file of model "${name}" has no sampler (metadata "sampler"). Export it with exportEnergyModel, which puts one in beside the energy.`,
  );
}

/**
 * The model of one of the sampler's functions, with its own initializers only.
 *
 * @throws Error where the function asks for something that is neither an input of samplers nor in the file
 */
export function samplerModel(file: OnnxFile, card: ModelCard, which: 'step' | 'start'): Uint8Array {
  const { domain, inputs, noise, [which]: name } = requireSampler(card);
  const points = ['batch', card.dim];
  const shapes: Readonly<Record<string, readonly (number | string)[]>> =
    which === 'start' ? { noise: points } : { x: points, stepSize: [], ...(noise && { noise: noise.shape }) };
  const own = inputs[name].filter((input) => !file.initializers.has(input));
  const unknown = own.find((input) => shapes[input] === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(shapes).join(', ');
    throw new Error(`the sampler's function ${name} takes "${unknown}", which is neither one of ${known} nor an initializer of the file`);
  }
  return withCall(file, {
    domain,
    name,
    arguments: inputs[name],
    inputs: Object.fromEntries(own.map((input) => [input, shapes[input]])),
    outputs: { [OUTPUT[which]]: points },
  });
}

/** What the runtime calls the results. */
export const OUTPUT = { step: 'next', start: 'x' } as const;
