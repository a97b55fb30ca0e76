import { fillRandom } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { type Batch, batch, widthOf } from './batch.ts';
import type { ModelCard, SamplerCard } from './card.ts';
import type { OrtLike } from './ort.ts';
import { planRows, type RowCall } from './rows.ts';
import type { Sessions } from './sessions.ts';
import type { OnnxFile } from './wire/onnxFile.ts';
import { withCall } from './wire/subModel.ts';

export interface SampleOptions {
  /** Number of samples, each from a chain of its own. */
  readonly n: number;
  /** Default 1000. */
  readonly steps?: number;
  /** Default: the file's own suggestion, `card.sampler.stepSize`. */
  readonly stepSize?: number;
  /** Starting points draw from `randomStream(seed, 0)`, step k from `randomStream(seed, k)`: the same samples in every onnxruntime. Default 0. */
  readonly seed?: number;
  /** Called after each step, with steps counted from 1. */
  readonly onProgress?: (step: number, steps: number) => void;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

function checkOptions({ n, steps, stepSize, seed }: Required<Pick<SampleOptions, 'n' | 'steps' | 'stepSize' | 'seed'>>): void {
  const demand = (ok: boolean, what: string, given: unknown) => {
    if (!ok) throw new RangeError(`sample: ${what}; got ${given}.`);
  };
  demand(Number.isInteger(n) && n > 0, 'n, the number of samples, must be a whole number of at least 1', n);
  demand(Number.isInteger(steps) && steps >= 0, 'steps must be a whole number of at least 0', steps);
  demand(
    Number.isFinite(stepSize) && stepSize > 0,
    'stepSize must be a positive number (the file suggests none, or yours is bad)',
    stepSize,
  );
  demand(Number.isInteger(seed), 'seed must be a whole number', seed);
}

/** The model of one of the sampler's functions: its arguments are points, noise, step size, and initializers of the file. */
export function samplerModel(file: OnnxFile, { sampler, dim }: ModelCard, which: 'step' | 'start'): Uint8Array {
  const { domain, inputs, noise, [which]: name } = sampler!;
  const shapes: Readonly<Record<string, readonly (number | string)[]>> = { x: ['batch', dim], noise: noise.shape, stepSize: [] };
  const own = inputs[name].filter((input) => !file.initializers.has(input));
  const unknown = own.find((input) => shapes[input] === undefined);
  if (unknown !== undefined) {
    throw new Error(
      `the sampler's function ${name} takes "${unknown}", which is neither x, noise, stepSize nor an initializer of the file`,
    );
  }
  const output = { name: which === 'step' ? 'next' : 'x', shape: shapes.x };
  return withCall(file, {
    domain,
    name,
    arguments: inputs[name],
    inputs: Object.fromEntries(own.map((input) => [input, shapes[input]])),
    output,
  });
}

function requireSampler({ sampler, name }: ModelCard): SamplerCard {
  if (sampler?.inputs?.[sampler.step] && sampler.inputs[sampler.start] && sampler.noise?.shape[0] === 'batch') return sampler;
  throw new Error(
    `sample: the file of model "${name}" has no sampler (metadata "sampler"). Export it with exportEnergyModel, which puts one in beside the energy.`,
  );
}

/** Runs n chains of the exported step from the exported starting points; the noise is drawn here. */
export async function sample(ort: OrtLike, sessions: Sessions, card: ModelCard, options: SampleOptions): Promise<Batch> {
  const sampler = requireSampler(card);
  const { n, steps = 1000, stepSize = sampler.stepSize, seed = 0, onProgress, signal } = options ?? {};
  checkOptions({ n, steps, stepSize, seed });
  const rows = (dims: readonly number[]) => ({ data: new Float32Array(n * widthOf(dims)), dims });
  const noise = rows([n, ...sampler.noise.shape.slice(1).map(Number)]);
  const [a, b] = [rows([n, card.dim]), rows([n, card.dim])];
  const every = { stepSize: new ort.Tensor('float32', Float32Array.of(stepSize), []) };
  const call = (which: 'step' | 'start', name: string, from: RowCall['inputs'], shared: RowCall['shared'], output: RowCall['output']) => {
    const takes = (input: string) => sampler.inputs[name].includes(input);
    const pick = <T>(values: Readonly<Record<string, T>> = {}) =>
      Object.fromEntries(Object.entries(values).filter(([input]) => takes(input)));
    return planRows(ort, sessions, { session: which, inputs: pick(from), shared: pick(shared), output });
  };
  const draw = (k: number) => fillRandom(noise.data, sampler.noise.distribution, randomStream(seed, k));
  const start = call('start', sampler.start, { noise }, {}, { ...a, name: 'x' });
  const forth = call('step', sampler.step, { x: a, noise }, every, { ...b, name: 'next' });
  const back = call('step', sampler.step, { x: b, noise }, every, { ...a, name: 'next' });

  signal?.throwIfAborted();
  draw(0);
  await start();
  for (let k = 1; k <= steps; k++) {
    signal?.throwIfAborted();
    draw(k);
    await (k % 2 === 1 ? forth() : back());
    onProgress?.(k, steps);
  }
  signal?.throwIfAborted();
  const { data } = steps % 2 === 1 ? b : a;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return batch(data, a.dims);
  throw new Error(
    `sample: chain ${Math.floor(bad / card.dim)} diverged within ${steps} steps of size ${stepSize}. Use a smaller stepSize.`,
  );
}
