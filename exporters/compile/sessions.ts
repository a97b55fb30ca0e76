import { backendOf, type OrtLike } from '../../runtime/ort.ts';
import { queueOf } from '../../runtime/queue.ts';
import type { DeviceTensor } from './ortTensors.ts';

export type Tensors = Readonly<Record<string, DeviceTensor>>;

export interface SessionSettings {
  /** As for `ort.InferenceSession.create`. Default: `cpu` in onnxruntime-node, `wasm` in onnxruntime-web. */
  readonly executionProviders?: readonly (string | { readonly name: string })[];
  /** Further options for `ort.InferenceSession.create`, such as `intraOpNumThreads`. */
  readonly sessionOptions?: object;
}

/** A compiled graph in onnxruntime. */
export interface GraphSession {
  /**
   * @param fetches all outputs, each with a tensor to write to, or null for a new one. Only onnxruntime-node writes where it is told, onnxruntime-web returns
   * the tensors as they were: what counts is what is returned
   */
  run(feeds: Tensors, fetches: Readonly<Record<string, DeviceTensor | null>>): Promise<Tensors>;
  release(): Promise<void>;
}

/** One sequence of operators, each on all cores. Level 3 logs errors only. */
const DEFAULTS = { interOpNumThreads: 1, logSeverityLevel: 3 };

export async function openGraph(ort: OrtLike, bytes: Uint8Array, settings: SessionSettings): Promise<GraphSession> {
  const node = backendOf(ort) === 'onnxruntime-node';
  const enqueue = queueOf(ort);
  const executionProviders = settings.executionProviders ?? [node ? 'cpu' : 'wasm'];
  const session = await enqueue(() => ort.InferenceSession.create(bytes, { ...DEFAULTS, ...settings.sessionOptions, executionProviders }));
  return {
    run: async (feeds, fetches) => {
      if (!node) return (await enqueue(() => session.run(feeds))) as Tensors;
      const results = (await enqueue(() => session.run(feeds, fetches))) as Tensors;
      return Object.fromEntries(Object.entries(fetches).map(([name, tensor]) => [name, tensor ?? results[name]]));
    },
    release: () => session.release(),
  };
}
