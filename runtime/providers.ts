import { type Backend, backendOf, type OrtLike } from './ort.ts';

/** A provider by name, or with onnxruntime's options for it: `{ name: 'cuda', deviceId: 1 }`. */
export type ProviderConfig = string | { readonly name: string };

/** `auto`: WebGPU where the browser has it on a GPU, else the default (`cpu` in onnxruntime-node, `wasm` in onnxruntime-web). */
export type ProviderChoice = 'auto' | ProviderConfig | readonly ProviderConfig[];

export interface ExecutionProvider {
  /** The one that runs. Operators that it lacks run on the CPU. */
  readonly name: string;
  /** The names that were asked for, in order. */
  readonly requested: readonly string[];
  /** Why an earlier one did not run, and what `auto` saw; absent where the first of those named runs. */
  readonly reason?: string;
  /** Of `wasm`: how many threads it has. More than one need a page that is cross-origin isolated, and `ort.env.wasm.numThreads` before the first model. */
  readonly threads?: number;
}

const DEFAULTS: Readonly<Record<Backend, string>> = { 'onnxruntime-node': 'cpu', 'onnxruntime-web': 'wasm' };

const WEB_PROVIDERS: Readonly<Record<string, { readonly needs?: 'gpu' | 'ml' }>> = {
  wasm: {},
  webgpu: { needs: 'gpu' },
  webnn: { needs: 'ml' },
  webgl: {},
};

/** The part of WebGPU that tells whether there is a GPU. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

const browser = (): { readonly gpu?: Gpu; readonly ml?: unknown } => (typeof navigator === 'undefined' ? {} : (navigator as object));

export const nameOf = (provider: ProviderConfig): string => (typeof provider === 'string' ? provider : provider.name);

/**
 * Why a provider cannot be tried, or null. onnxruntime-node and onnxruntime-web share a registry where both are loaded, and a name that one
 * lacks would silently run on the other.
 */
export function unavailable(ort: OrtLike, name: string): string | null {
  const offered = ort.listSupportedBackends?.().map((backend) => backend.name) ?? Object.keys(WEB_PROVIDERS);
  if (!offered.includes(name)) return `${backendOf(ort)} here offers ${offered.join(', ')}`;
  const needs = ort.listSupportedBackends === undefined ? WEB_PROVIDERS[name].needs : undefined;
  return needs === undefined || browser()[needs] ? null : `there is no navigator.${needs}`;
}

/** Why `auto` leaves WebGPU out, or null. */
async function withoutGpu(): Promise<string | null> {
  const { gpu } = browser();
  if (!gpu) return `there is no navigator.gpu${globalThis.isSecureContext === false ? ': WebGPU needs https or localhost' : ''}`;
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) return 'navigator.gpu finds no adapter';
  return adapter.info?.isFallbackAdapter ? 'the only adapter is software, which is slower than wasm' : null;
}

export interface Candidates {
  /** To be tried in order; the last is the default of the runtime. */
  readonly providers: readonly ProviderConfig[];
  /** Why `auto` is what it is; absent where it was not asked for, or means the default whatever the machine. */
  readonly reason?: string;
}

/** @throws TypeError where the choice is not a name, an object with a name, or a list of these */
export async function candidates(ort: OrtLike, choice: ProviderChoice): Promise<Candidates> {
  const standard = DEFAULTS[backendOf(ort)];
  const list = Array.isArray(choice) ? (choice as readonly ProviderConfig[]) : [choice as ProviderConfig];
  for (const provider of list) {
    if (typeof provider !== 'string' && typeof provider?.name !== 'string') {
      throw new TypeError(
        `loadModel: executionProviders takes names such as 'cuda' and objects such as { name: 'cuda' }; got ${JSON.stringify(provider)}.`,
      );
    }
  }
  const asked = list.includes('auto') && standard === 'wasm';
  const absent = asked ? await withoutGpu() : null;
  const automatic: ProviderConfig[] = asked && absent === null ? ['webgpu'] : [];
  // onnxruntime-web knows its wasm backend under both names.
  const wanted = list.flatMap((provider) => (provider === 'auto' ? automatic : provider === 'cpu' ? standard : provider));
  const providers = wanted.some((provider) => nameOf(provider) === standard) ? wanted : [...wanted, standard];
  return { providers, ...(asked && { reason: `auto: ${absent ?? 'this browser has WebGPU on a GPU'}` }) };
}
