/** A tensor of onnxruntime, as far as the runtime uses it. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** A tensor of onnxruntime whose numbers may lie on a GPU. */
export interface DeviceTensor extends OrtTensor {
  readonly location?: string;
  getData?(): Promise<unknown>;
  dispose?(): void;
}

export interface OrtSession {
  run(feeds: object, fetches?: object): Promise<{ readonly [output: string]: OrtTensor }>;
  release(): Promise<void>;
}

/** What `onnxruntime-node` and `onnxruntime-web` share, as the runtime uses it. The package itself is passed in: `loadModel(ort, …)`. */
export interface OrtLike {
  readonly InferenceSession: { create(bytes: Uint8Array, options?: object): Promise<OrtSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  /** onnxruntime-web writes the number of threads here once its backend runs. */
  readonly env?: { readonly wasm?: { readonly numThreads?: number } };
  /** Only onnxruntime-node has it. */
  listSupportedBackends?(): readonly { readonly name: string }[];
}

export type Backend = 'onnxruntime-node' | 'onnxruntime-web';

export const backendOf = (ort: OrtLike): Backend => (ort.listSupportedBackends === undefined ? 'onnxruntime-web' : 'onnxruntime-node');

/**
 * The package behind what was passed: itself, or the default export of a namespace that has nothing else.
 *
 * @throws TypeError where it is not onnxruntime
 */
export function resolveOrt(given: OrtLike | { readonly default: OrtLike }): OrtLike {
  const candidates: unknown[] = [given, (given as { default?: unknown } | null | undefined)?.default];
  const ort = candidates.find((candidate) => (candidate as OrtLike | null | undefined)?.InferenceSession !== undefined);
  if (ort !== undefined) return ort as OrtLike;
  throw new TypeError(
    `expected onnxruntime itself as ort, for example \`import * as ort from 'onnxruntime-node'\` or ` +
      `'onnxruntime-web'; got ${given === null ? 'null' : typeof given} without InferenceSession.`,
  );
}

/** The numbers of a tensor, wherever they are. */
export async function numbersOf(tensor: Pick<DeviceTensor, 'data' | 'location' | 'getData'>): Promise<unknown> {
  const { location = 'cpu' } = tensor;
  return location === 'cpu' || tensor.getData === undefined ? tensor.data : tensor.getData();
}
