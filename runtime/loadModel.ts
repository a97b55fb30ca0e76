import { type Batch, batch } from './batch.ts';
import { type ModelCard, readCard } from './card.ts';
import type { PointsInput } from './flatten.ts';
import { type LatentFunction, latentFunction } from './latent/latentFunction.ts';
import { latentMethods } from './latent/latentMethods.ts';
import { type Backend, backendOf, type OrtLike, resolveOrt } from './ort.ts';
import { readPoints } from './points.ts';
import type { ExecutionProvider, ProviderChoice } from './providers.ts';
import { runRows } from './rows.ts';
import { sample } from './sample.ts';
import type { SampleOptions } from './sampleOptions.ts';
import { OUTPUT, samplerModel } from './samplerModel.ts';
import { openSessions } from './sessions.ts';
import { describeSource, type ModelSource, readSource } from './source.ts';
import { readOnnxFile } from './wire/onnxFile.ts';
import { withOutputs } from './wire/subModel.ts';

export interface LoadOptions {
  /** Tried in order, then the default of the runtime. Default 'auto'. */
  readonly executionProviders?: ProviderChoice;
  /** Told once where the first provider did not run. Default: a warning on the console. */
  readonly onFallback?: (provider: ExecutionProvider) => void;
  /** Further options for `ort.InferenceSession.create`, such as `intraOpNumThreads`. */
  readonly sessionOptions?: object;
}

export interface EncodeOptions {
  /** Fixes the encoder's noise: for the same rows in the same order the same codes in every onnxruntime, and in tfjs for the same seed. Default 0. */
  readonly seed?: number;
  /** Leave out the noise: the location of each row's law, which depends on that row alone. Default false. */
  readonly deterministic?: boolean;
}

export interface GenerateOptions {
  readonly n: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface InterpolateOptions {
  /** Codes on each way, both ends among them. Default 9. */
  readonly steps?: number;
}

/** A model run by onnxruntime: an energy, whose density is exp(−energy) up to a constant, or a latent variable model. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly backend: Backend;
  /** Which provider runs the model, and why an earlier choice does not. */
  readonly executionProvider: ExecutionProvider;
  /** Energies in nats, `[n]`, up to a constant. Of a latent variable model: of codes, and where their law depends on data, given a row of those for each. */
  energy(x: PointsInput, given?: PointsInput): Promise<Batch>;
  /** Scores −grad E, `[n, m]`; tangent to the manifold. */
  score(x: PointsInput, given?: PointsInput): Promise<Batch>;
  /** Points `[n, m]` at the ends of n chains of the file's sampler. */
  sample(options: SampleOptions): Promise<Batch>;
  /** Codes drawn for data `[n, columns]`, `[n, m]`; this and what follows: of a latent variable model, else rejects. */
  encode(x: PointsInput, options?: EncodeOptions): Promise<Batch>;
  /** Means of the data given codes, `[n, columns]`. */
  decode(z: PointsInput): Promise<Batch>;
  /** `decode(encode(x))`. */
  reconstruct(x: PointsInput, options?: EncodeOptions): Promise<Batch>;
  /** Means of the data given n codes of the prior, `[n, columns]`. */
  generate(options: GenerateOptions): Promise<Batch>;
  /** Codes at equal steps along the shortest geodesics from some codes to others, `[n · steps, m]`, one way after the other. */
  interpolate(from: PointsInput, to: PointsInput, options?: InterpolateOptions): Promise<Batch>;
  /** Frees the sessions. Calls that are not finished by then, and later ones, reject. */
  dispose(): Promise<void>;
}

/** The default of `onFallback`. */
export const warnOfFallback = ({ name, requested, reason }: ExecutionProvider): void =>
  console.warn(`tfjs-mvl: the model runs on ${name} (asked for: ${requested.join(', ')}). ${reason}`);

const LATENT_ONLY = ['encode', 'decode', 'reconstruct', 'generate', 'interpolate'] as const;

const refused =
  ({ name }: ModelCard, method: string, what: string) =>
  async (): Promise<never> => {
    throw new Error(`${method}: the model "${name}" is ${what}.`);
  };

/** The first axis: a point of every manifold there is a check for. */
const anyPoint = (m: number): Float32Array => Float32Array.from({ length: m }, (_, i) => (i === 0 ? 1 : 0));

/**
 * Loads a model that `exportEnergyModel`, `exportLatentModel` or `tfjs-mvl export` wrote.
 *
 * @param ort the package `onnxruntime-node` or `onnxruntime-web` itself
 * @param source the file's bytes, an address, or in Node a path
 * @throws Error where it cannot be read, is no ONNX file or not a model of tfjs-mvl, or where no execution provider runs it
 */
export async function loadModel(
  ort: OrtLike | { readonly default: OrtLike },
  source: ModelSource,
  options: LoadOptions = {},
): Promise<LoadedModel> {
  const { executionProviders = 'auto', onFallback = warnOfFallback, sessionOptions = {} } = options;
  const runtime = resolveOrt(ort);
  const bytes = await readSource(source);
  const file = readOnnxFile(bytes, describeSource(source));
  const card = readCard(file, bytes.length);
  const open = { providers: executionProviders, sessionOptions, onFallback };
  const { latent } = card;
  if (latent !== null) {
    const part = (name: LatentFunction) => () => latentFunction(file, latent, name);
    const sessions = await openSessions(runtime, {
      models: {
        encoder: () => withOutputs(file, ['z']),
        decoder: part('decoder'),
        prior: part('prior'),
        geodesic: part('geodesic'),
        estimator: part('estimator'),
      },
      probe: { name: 'prior', feeds: () => ({ noise: new runtime.Tensor('float32', anyPoint(latent.codes), [1, latent.codes]) }) },
      ...open,
    });
    return {
      card,
      backend: backendOf(runtime),
      executionProvider: sessions.executionProvider,
      ...latentMethods(runtime, sessions, card, latent),
      sample: refused(card, 'sample', 'a latent variable model; generate draws new data'),
      dispose: () => sessions.dispose(),
    };
  }
  const sessions = await openSessions(runtime, {
    models: {
      energy: () => withOutputs(file, ['energy']),
      score: () => withOutputs(file, ['score']),
      step: () => samplerModel(file, card, 'step'),
      start: () => samplerModel(file, card, 'start'),
    },
    resident: { step: [OUTPUT.step] },
    probe: { name: 'energy', feeds: () => ({ x: new runtime.Tensor('float32', anyPoint(card.dim), [1, card.dim]) }) },
    ...open,
  });

  const evaluate = async (name: 'energy' | 'score', x: PointsInput): Promise<Batch> => {
    if (!card.outputs.includes(name))
      throw new Error(`${name}: the file of model "${card.name}" has no ${name}, only ${card.outputs.join(', ')}.`);
    const data = await readPoints(x, card, `${name}(x)`);
    const n = data.length / card.dim;
    const dims = name === 'energy' ? [n] : [n, card.dim];
    const result = new Float32Array(name === 'energy' ? n : n * card.dim);
    await runRows(runtime, sessions, {
      session: name,
      inputs: { x: { data, dims: [n, card.dim] } },
      output: { name, data: result, dims },
    });
    return batch(result, dims);
  };

  return {
    card,
    backend: backendOf(runtime),
    executionProvider: sessions.executionProvider,
    energy: (x) => evaluate('energy', x),
    score: (x) => evaluate('score', x),
    sample: (settings) => sample(runtime, sessions, card, settings),
    ...Object.fromEntries(LATENT_ONLY.map((name) => [name, refused(card, name, 'an energy model, which has no encoder or decoder')])),
    dispose: () => sessions.dispose(),
  } as LoadedModel;
}
