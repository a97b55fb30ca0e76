import { backendOf, type OrtLike } from '../../runtime/ort.ts';
import { ortTensor } from '../compile/ortTensors.ts';
import type { ConstantData } from '../ir/value.ts';

export interface ParityInput {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ConstantData;
}

export interface OpenSession {
  /** The package and the execution providers that were asked for, for example `onnxruntime-web (wasm)`. */
  readonly runtime: string;
  run(inputs: readonly ParityInput[]): Promise<Record<string, ArrayLike<number>>>;
  release(): Promise<void>;
}

export async function openSession(
  ort: OrtLike,
  bytes: Uint8Array,
  providers?: readonly (string | { readonly name: string })[],
): Promise<OpenSession> {
  const backend = backendOf(ort);
  const executionProviders = providers ?? [backend === 'onnxruntime-node' ? 'cpu' : 'wasm'];
  // 3: errors only. Reference graphs have operators that some providers decline, which is no news.
  const session = await ort.InferenceSession.create(bytes, { executionProviders, logSeverityLevel: 3 });
  const names = executionProviders.map((provider) => (typeof provider === 'string' ? provider : provider.name));
  return {
    runtime: `${backend} (${names.join(', ')})`,
    run: async (inputs) => {
      const feeds = Object.fromEntries(inputs.map(({ name, dtype, data, shape }) => [name, ortTensor(ort, dtype, data, shape)]));
      const results = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data as ArrayLike<number>, Number)]),
      );
    },
    release: () => session.release(),
  };
}
