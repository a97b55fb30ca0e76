import * as node from 'onnxruntime-node';
import type { OrtLike, OrtTensor } from '../../runtime/ort.ts';

/** A tensor whose numbers can only be had by asking, and which has to be freed, once. */
export class FarTensor {
  readonly location = 'gpu-buffer';
  readonly type: string;
  readonly dims: readonly number[];
  constructor(
    readonly inner: node.Tensor,
    private readonly alive: Set<FarTensor>,
  ) {
    this.type = inner.type;
    this.dims = inner.dims;
    alive.add(this);
  }
  get data(): never {
    throw new Error('the data are not on the CPU');
  }
  async getData(): Promise<unknown> {
    return this.inner.data;
  }
  dispose(): void {
    if (!this.alive.delete(this)) throw new Error('freed twice');
  }
}

/**
 * An onnxruntime-web with WebGPU, of which `preferredOutputLocation` says what stays on its device. It counts what is alive there, and the fetches that
 * it was given.
 */
export function farRuntime(): { ort: OrtLike; alive: Set<FarTensor>; fetches: unknown[] } {
  const alive = new Set<FarTensor>();
  const fetches: unknown[] = [];
  const near = (tensor: OrtTensor) => (tensor instanceof FarTensor ? tensor.inner : (tensor as node.Tensor));
  const create = async (bytes: Uint8Array, options: object = {}) => {
    const { preferredOutputLocation = {} } = options as { preferredOutputLocation?: Readonly<Record<string, string>> };
    const session = await node.InferenceSession.create(bytes, { logSeverityLevel: 3 });
    return {
      run: async (feeds: Record<string, OrtTensor>, given?: unknown) => {
        fetches.push(given);
        const results = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, near(tensor)])));
        const placed = Object.entries(results).map(([name, tensor]): [string, OrtTensor] => [
          name,
          preferredOutputLocation[name] === 'gpu-buffer' ? new FarTensor(tensor, alive) : tensor,
        ]);
        return Object.fromEntries(placed);
      },
      release: () => session.release(),
    };
  };
  return { ort: { Tensor: node.Tensor, InferenceSession: { create } } as unknown as OrtLike, alive, fetches };
}

/** Runs something where `navigator` has a GPU. */
export async function withGpu<T>(task: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter: async () => ({ info: {} }) } }, configurable: true });
  try {
    return await task();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}
