import type { Distribution } from '../random/fill.ts';
import { type LatentCard, readLatentCard } from './latent/latentCard.ts';
import type { OnnxFile } from './wire/onnxFile.ts';

/** Noise that a step asks for: the first dimension, 'batch', is the number of points. */
export interface NoiseCard {
  readonly distribution: Distribution;
  readonly shape: readonly (number | string)[];
}

/** The sampler in the file: two functions of the model, one making starting points from noise, one taking a step. */
export interface SamplerCard {
  /** Name of the dynamics, for example `riemannianLangevin`. */
  readonly name: string;
  readonly domain: string;
  readonly step: string;
  readonly start: string;
  /** Inputs of each function, by its name, in order: `x`, `noise`, `stepSize`, and initializers of the main graph. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** What a step asks for; null where it is deterministic. Starting points are made from standard normal noise `[batch, m]`. */
  readonly noise: NoiseCard | null;
  /** Suggested step size. */
  readonly stepSize: number;
}

/** What a model file says of itself. */
export interface ModelCard {
  readonly name: string;
  /** For example `sphere:2`. */
  readonly manifold: string;
  /** Of the energy: `nats`. */
  readonly units: string;
  readonly producer: string;
  /** Columns of a point, m; of a latent variable model, of a code. */
  readonly dim: number;
  /** ε of the loss that trained it; null where the file does not say. */
  readonly epsilon: number | null;
  /** How it was trained: loss, epochs, steps, seed, final losses; null where the file does not say. */
  readonly training: Readonly<Record<string, unknown>> | null;
  readonly versions: Readonly<Record<string, unknown>>;
  /** Noise inputs of the main graph, by name. */
  readonly noise: Readonly<Record<string, NoiseCard>>;
  /** null: the file has no sampler. */
  readonly sampler: SamplerCard | null;
  /** Encoder, decoder and what goes with them; null: the file is that of an energy. */
  readonly latent: LatentCard | null;
  /** Outputs of the main graph. */
  readonly outputs: readonly string[];
  readonly opset: number;
  readonly irVersion: number;
  /** Size of the file. */
  readonly bytes: number;
  /** All of the file's metadata as it stands there. */
  readonly metadata: Readonly<Record<string, string>>;
}

function json<T>(file: OnnxFile, key: string, absent: T): T {
  const value = file.metadata.get(key);
  if (value === undefined) return absent;
  try {
    return JSON.parse(value) as T;
  } catch (error) {
    throw new Error(`loadModel: the file's metadata "${key}" is not JSON: ${value.slice(0, 60)}. Export the model again.`, {
      cause: error,
    });
  }
}

function columns(file: OnnxFile): number {
  const x = file.inputs.find((input) => input.name === 'x');
  const energy = file.outputs.find((output) => output.name === 'energy');
  const manifold = file.metadata.get('manifold');
  const m = x?.shape[1];
  if (file.metadata.get('kind') === 'train-step')
    throw new Error('loadModel: this file is a training step, not an energy model. Load it with loadTrainSession.');
  const part = file.metadata.get('part');
  if (part !== undefined)
    throw new Error(
      `loadModel: this file is the ${part} alone of a latent variable model. Run it with onnxruntime itself, or export the whole with exportLatentModel.`,
    );
  if (x?.float && x.shape.length === 2 && typeof m === 'number' && energy?.float && manifold !== undefined) return m;
  const list = (names: readonly { readonly name: string; readonly shape: readonly unknown[] }[]) =>
    names.map(({ name, shape }) => `${name}[${shape.join(', ')}]`).join(', ') || 'none';
  throw new Error(
    `loadModel: this ONNX file (producer "${file.producer}"; inputs: ${list(file.inputs)}; outputs: ${list(file.outputs)}; ` +
      `manifold: ${manifold ?? 'none'}) is not an energy model of tfjs-mvl, which has an input x[batch, m], an output energy[batch] and a ` +
      'manifold in its metadata. Export one with exportEnergyModel or `tfjs-mvl export`; run other files with onnxruntime itself.',
  );
}

/** @throws Error where the file is not a model of tfjs-mvl, or its metadata is broken */
export function readCard(file: OnnxFile, bytes: number): ModelCard {
  const latent = readLatentCard(file, (key, absent) => json(file, key, absent));
  const plain = (key: string): string => file.metadata.get(key) ?? '';
  return {
    name: plain('name'),
    manifold: plain('manifold'),
    units: plain('units'),
    producer: plain('producer') || file.producer,
    dim: latent?.codes ?? columns(file),
    epsilon: json<number | null>(file, 'epsilon', null),
    training: json<Record<string, unknown> | null>(file, 'training', null),
    versions: json<Record<string, unknown>>(file, 'versions', {}),
    noise: json<Record<string, NoiseCard>>(file, 'noise', {}),
    sampler: json<SamplerCard | null>(file, 'sampler', null),
    latent,
    outputs: file.outputs.map((output) => output.name),
    opset: file.opsets.get('') ?? 0,
    irVersion: file.irVersion,
    bytes,
    metadata: Object.fromEntries(file.metadata),
  };
}
