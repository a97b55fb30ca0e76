import { type Backend, backendOf, type OrtLike } from './ort.ts';

/** A provider by name, or with onnxruntime's options for it: `{ name: 'cuda', deviceId: 1 }`. */
export type ProviderConfig = string | { readonly name: string };

/** `auto`: WebGPU where the browser has it, else the default (`cpu` in onnxruntime-node, `wasm` in onnxruntime-web). */
export type ProviderChoice = 'auto' | ProviderConfig | readonly ProviderConfig[];

export interface ExecutionProvider {
  /** The one that runs. Operators that it lacks run on the CPU. */
  readonly name: string;
  /** The names that were asked for, in order. */
  readonly requested: readonly string[];
  /** Why an earlier one did not run; absent where the first did. */
  readonly reason?: string;
}

const DEFAULTS: Readonly<Record<Backend, string>> = { 'onnxruntime-node': 'cpu', 'onnxruntime-web': 'wasm' };

const WEB_PROVIDERS: Readonly<Record<string, { readonly needs?: 'gpu' | 'ml' }>> = {
  wasm: {},
  webgpu: { needs: 'gpu' },
  webnn: { needs: 'ml' },
  webgl: {},
};

const browser = (): Partial<Record<'gpu' | 'ml', unknown>> => (typeof navigator === 'undefined' ? {} : (navigator as object));

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

/**
 * The providers to try in order; the last is the default of the runtime.
 *
 * @throws TypeError where the choice is not a name, an object with a name, or a list of these
 */
export function candidates(ort: OrtLike, choice: ProviderChoice): ProviderConfig[] {
  const standard = DEFAULTS[backendOf(ort)];
  const list = Array.isArray(choice) ? (choice as readonly ProviderConfig[]) : [choice as ProviderConfig];
  const wanted = list.flatMap((provider): ProviderConfig[] => {
    if (typeof provider !== 'string' && typeof provider?.name !== 'string') {
      throw new TypeError(
        `loadModel: executionProviders takes names such as 'cuda' and objects such as { name: 'cuda' }; got ${JSON.stringify(provider)}.`,
      );
    }
    if (provider === 'auto') return standard === 'wasm' && browser().gpu ? ['webgpu'] : [];
    // onnxruntime-web knows its wasm backend under both names.
    return [provider === 'cpu' ? standard : provider];
  });
  return wanted.some((provider) => nameOf(provider) === standard) ? wanted : [...wanted, standard];
}
