import { checkOptionNames } from '../options.ts';
import { type OrtLike, resolveOrt } from '../ort.ts';
import type { ExecutionProvider, ProviderChoice } from '../providers.ts';
import type { ModelSource } from '../source.ts';
import { oneByOne } from './oneByOne.ts';
import { openStep } from './openStep.ts';
import { readInputs } from './readInputs.ts';
import { decodeState, encodeState } from './savedState.ts';
import { stateStore } from './stateStore.ts';
import { stepRunner } from './stepRunner.ts';
import type { ParameterValues, TrainSession } from './trainSession.ts';

export interface TrainSessionOptions {
  /** Tried in order, then the default of the runtime. Default: that, `cpu` in onnxruntime-node and `wasm` in onnxruntime-web. */
  readonly executionProviders?: ProviderChoice;
  /** Told once where the first provider did not run. Default: a warning on the console. */
  readonly onFallback?: (provider: ExecutionProvider) => void;
  /** Further options for `ort.InferenceSession.create`. On WebGPU the state stays on the GPU unless `preferredOutputLocation` says otherwise. */
  readonly sessionOptions?: object;
  /** What noise is drawn from. Default: that of `state`, else 0. */
  readonly seed?: number;
  /** What `save` of an earlier session wrote. Default: begin where the file does. */
  readonly state?: Uint8Array | ArrayBufferLike;
}

const warn = ({ name, requested, reason }: ExecutionProvider): void =>
  console.warn(`tfjs-mvl: training runs on ${name} (asked for: ${requested.join(', ')}). ${reason}`);

/**
 * Loads a training step that `exportTrainStep` wrote, and goes on training with onnxruntime alone.
 *
 * @param ort the package `onnxruntime-node` or `onnxruntime-web` itself
 * @param source the file's bytes, an address, or in Node a path
 * @throws Error where it cannot be read, is no ONNX file or not a training step, no execution provider runs it, or the state is not of this step;
 *   RangeError for a seed that is no integer
 */
export async function loadTrainSession(
  ort: OrtLike | { readonly default: OrtLike },
  source: ModelSource,
  options: TrainSessionOptions = {},
): Promise<TrainSession> {
  checkOptionNames('loadTrainSession', options, ['executionProviders', 'onFallback', 'sessionOptions', 'seed', 'state']);
  const { executionProviders = 'cpu', onFallback = warn, sessionOptions = {} } = options;
  if (options.seed !== undefined && !Number.isInteger(options.seed))
    throw new RangeError(`loadTrainSession: seed must be a whole number; got ${options.seed}.`);
  const runtime = resolveOrt(ort);
  const { card, initial, sessions } = await openStep(runtime, source, { providers: executionProviders, onFallback, sessionOptions });
  const store = stateStore(runtime, card, initial, !('preferredOutputLocation' in sessionOptions));
  const run = stepRunner(runtime, card, sessions, store);
  const inTurn = oneByOne();
  let steps = 0;
  let seed = options.seed ?? 0;
  let disposed = false;

  const live = <T>(task: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      if (disposed) throw new Error(`This training session of "${card.name}" was disposed; load it again with loadTrainSession.`);
      return task();
    });

  const session: TrainSession = {
    card,
    executionProvider: sessions.executionProvider,
    get steps() {
      return steps;
    },
    get seed() {
      return seed;
    },
    step: (inputs, settings = {}) => {
      const given = readInputs(card, inputs);
      // It may fail while earlier steps run, before anybody waits for it.
      given.catch(() => undefined);
      return live(async () => {
        checkOptionNames('step', settings, ['learningRate']);
        const { learningRate = card.optimizer.learningRate } = settings;
        if (!Number.isFinite(learningRate)) throw new RangeError(`step: learningRate must be a finite number; got ${learningRate}.`);
        const reports = await run(await given, { seed, step: steps, learningRate });
        steps++;
        return reports;
      });
    },
    parameters: (which = 'trained') =>
      live(async () => {
        if (which !== 'trained' && which !== 'averaged')
          throw new Error(`parameters: expected 'trained' or 'averaged'; got ${JSON.stringify(which)}.`);
        const role = which === 'averaged' ? 'average' : 'parameter';
        const blocks = await store.read();
        const wanted = card.state.flatMap((entry, i): [string, ParameterValues][] => {
          const { shape, values } = blocks[i];
          return entry.role === role ? [[entry.of ?? entry.name, { shape, values }]] : [];
        });
        if (wanted.length === 0) throw new Error(`parameters: "${card.name}" keeps no averages. Export it with { averaging: 0.999 }.`);
        return Object.fromEntries(wanted);
      }),
    save: () => live(async () => encodeState(card, { steps, seed, blocks: await store.read() })),
    load: (bytes) => {
      const saved = Uint8Array.from(new Uint8Array(bytes as ArrayBuffer));
      return live(async () => {
        const state = decodeState(saved, card);
        store.replace(state.blocks);
        steps = state.steps;
        seed = options.seed ?? state.seed;
      });
    },
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await inTurn(async () => store.dispose());
      await sessions.dispose();
    },
  };
  if (options.state !== undefined) {
    try {
      await session.load(options.state);
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }
  return session;
}
