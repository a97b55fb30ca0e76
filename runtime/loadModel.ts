import { type Batch, batch } from './batch.ts';
import { type ModelCard, readCard } from './card.ts';
import type { PointsInput } from './flatten.ts';
import { type Backend, backendOf, type OrtLike, resolveOrt } from './ort.ts';
import { readPoints } from './points.ts';
import type { ExecutionProvider, ProviderChoice } from './providers.ts';
import { planRows } from './rows.ts';
import { sample } from './sample.ts';
import type { SampleOptions } from './sampleOptions.ts';
import { samplerModel } from './samplerModel.ts';
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

/** An energy model run by onnxruntime. The density is exp(−energy), up to a constant. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly backend: Backend;
  /** Which provider runs the model, and why an earlier choice does not. */
  readonly executionProvider: ExecutionProvider;
  /** Energies in nats, `[n]`, up to a constant. */
  energy(x: PointsInput): Promise<Batch>;
  /** Scores −grad E, `[n, m]`; tangent to the manifold. */
  score(x: PointsInput): Promise<Batch>;
  /** Points `[n, m]` at the ends of n chains of the file's sampler. */
  sample(options: SampleOptions): Promise<Batch>;
  /** Frees the sessions. Calls that are not finished by then, and later ones, reject. */
  dispose(): Promise<void>;
}

const warn = ({ name, requested, reason }: ExecutionProvider): void =>
  console.warn(`tfjs-mvl: the model runs on ${name} (asked for: ${requested.join(', ')}). ${reason}`);

/** The first axis: a point of every manifold there is a check for. */
const anyPoint = (m: number): Float32Array => Float32Array.from({ length: m }, (_, i) => (i === 0 ? 1 : 0));

/**
 * Loads an energy model that `exportEnergyModel` or `tfjs-mvl export` wrote.
 *
 * @param ort the package `onnxruntime-node` or `onnxruntime-web` itself
 * @param source the file's bytes, an address, or in Node a path
 * @throws Error where it cannot be read, is no ONNX file or not an energy model, or where no execution provider runs it
 */
export async function loadModel(
  ort: OrtLike | { readonly default: OrtLike },
  source: ModelSource,
  options: LoadOptions = {},
): Promise<LoadedModel> {
  const { executionProviders = 'auto', onFallback = warn, sessionOptions = {} } = options;
  const runtime = resolveOrt(ort);
  const bytes = await readSource(source);
  const file = readOnnxFile(bytes, describeSource(source));
  const card = readCard(file, bytes.length);
  const sessions = await openSessions(runtime, {
    models: {
      energy: () => withOutputs(file, ['energy']),
      score: () => withOutputs(file, ['score']),
      step: () => samplerModel(file, card, 'step'),
      start: () => samplerModel(file, card, 'start'),
    },
    probe: { name: 'energy', feeds: () => ({ x: new runtime.Tensor('float32', anyPoint(card.dim), [1, card.dim]) }) },
    providers: executionProviders,
    sessionOptions,
    onFallback,
  });

  const evaluate = async (name: 'energy' | 'score', x: PointsInput): Promise<Batch> => {
    if (!card.outputs.includes(name))
      throw new Error(`${name}: the file of model "${card.name}" has no ${name}, only ${card.outputs.join(', ')}.`);
    const data = await readPoints(x, card, `${name}(x)`);
    const n = data.length / card.dim;
    const dims = name === 'energy' ? [n] : [n, card.dim];
    const result = new Float32Array(name === 'energy' ? n : n * card.dim);
    await planRows(runtime, sessions, {
      session: name,
      inputs: { x: { data, dims: [n, card.dim] } },
      output: { name, data: result, dims },
    })();
    return batch(result, dims);
  };

  return {
    card,
    backend: backendOf(runtime),
    executionProvider: sessions.executionProvider,
    energy: (x) => evaluate('energy', x),
    score: (x) => evaluate('score', x),
    sample: (settings) => sample(runtime, sessions, card, settings),
    dispose: () => sessions.dispose(),
  };
}
