import { backendOf, type DeviceTensor, type OrtLike, type OrtSession, type OrtTensor } from './ort.ts';
import { candidates, type ExecutionProvider, nameOf, type ProviderChoice, type ProviderConfig, unavailable } from './providers.ts';
import { queueOf } from './queue.ts';

type Values = Readonly<Record<string, OrtTensor>>;

/** onnxruntime sessions of one model, each made on first use. */
export interface Sessions {
  readonly executionProvider: ExecutionProvider;
  /** Runs the session of that name, after the calls before it. */
  run(name: string, feeds: Values, fetches?: Values): Promise<Values>;
  dispose(): Promise<void>;
}

export interface SessionsOptions {
  /** The models by name, as bytes; called once for each that is used. */
  readonly models: Readonly<Record<string, () => Uint8Array>>;
  /** Outputs by session that go back in as inputs: WebGPU keeps them in its own memory. */
  readonly resident?: Readonly<Record<string, readonly string[]>>;
  /** Runs a session on some input, to see whether the provider can. */
  readonly probe: { readonly name: string; readonly feeds: () => Values };
  readonly providers: ProviderChoice;
  /** Options for `InferenceSession.create`. */
  readonly sessionOptions: object;
  readonly onFallback: (provider: ExecutionProvider) => void;
}

/** Errors only: a model cut out of a file leaves nothing to warn of that its user could change. */
const LOG = { logSeverityLevel: 3 };

const firstLine = (error: unknown): string => `${(error as Error)?.message ?? error}`.split('\n')[0].slice(0, 300);

/**
 * Finds the first provider that makes and runs the probed session.
 *
 * @throws Error where none does, with what each said
 */
export async function openSessions(ort: OrtLike, options: SessionsOptions): Promise<Sessions> {
  const { models, resident = {}, probe, sessionOptions } = options;
  const enqueue = queueOf(ort);
  const kept = (name: string, provider: ProviderConfig): object => {
    const outputs = resident[name] ?? [];
    if (outputs.length === 0 || nameOf(provider) !== 'webgpu' || backendOf(ort) !== 'onnxruntime-web') return {};
    return { preferredOutputLocation: Object.fromEntries(outputs.map((output) => [output, 'gpu-buffer'])) };
  };
  const create = (name: string, provider: ProviderConfig): Promise<OrtSession> =>
    ort.InferenceSession.create(models[name](), { ...LOG, ...kept(name, provider), ...sessionOptions, executionProviders: [provider] });

  const tryProvider = async (provider: ProviderConfig): Promise<OrtSession | string> => {
    const absent = unavailable(ort, nameOf(provider));
    if (absent !== null) return absent;
    let session: OrtSession | undefined;
    try {
      session = await create(probe.name, provider);
      for (const result of Object.values(await session.run(probe.feeds()))) (result as DeviceTensor).dispose?.();
      return session;
    } catch (error) {
      await session?.release();
      return firstLine(error);
    }
  };

  const { providers, reason } = await candidates(ort, options.providers);
  const requested = providers.map(nameOf);
  const reasons: string[] = [];
  for (const provider of providers) {
    const opened = await enqueue(() => tryProvider(provider));
    if (typeof opened === 'string') {
      reasons.push(`${nameOf(provider)}: ${opened}`);
      continue;
    }
    const why = [...(reason === undefined ? [] : [reason]), ...reasons].join('; ');
    const threads = nameOf(provider) === 'wasm' ? ort.env?.wasm?.numThreads : undefined;
    const executionProvider = { name: nameOf(provider), requested, ...(why && { reason: why }), ...(threads && { threads }) };
    if (reasons.length > 0) options.onFallback(executionProvider);
    return keep(enqueue, executionProvider, new Map([[probe.name, opened]]), (name) => create(name, provider));
  }
  throw new Error(`loadModel: onnxruntime could not run this model. ${reasons.join('; ')}`);
}

function keep(
  enqueue: ReturnType<typeof queueOf>,
  executionProvider: ExecutionProvider,
  sessions: Map<string, OrtSession>,
  create: (name: string) => Promise<OrtSession>,
): Sessions {
  let disposed = false;
  const open = async (name: string): Promise<OrtSession> => {
    const session = sessions.get(name) ?? (await create(name));
    sessions.set(name, session);
    return session;
  };
  return {
    executionProvider,
    run: (name, feeds, fetches) =>
      enqueue(async () => {
        if (disposed) throw new Error('This model was disposed; load it again with loadModel.');
        try {
          const session = await open(name);
          return await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches));
        } catch (error) {
          throw new Error(`onnxruntime failed in the model's ${name} on ${executionProvider.name}: ${firstLine(error)}`, { cause: error });
        }
      }),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await enqueue(async () => {
        for (const session of sessions.values()) await session.release();
      });
    },
  };
}
