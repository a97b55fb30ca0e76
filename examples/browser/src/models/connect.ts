import { type ExecutionProvider, type LoadedModel, loadModelInWorker } from 'tfjs-mvl/runtime';

/** Where models run. WebGPU is another build of onnxruntime, four times the size, and fetched only when it is chosen. */
export type Device = 'wasm' | 'webgpu';

const workers = new Map<Device, Worker>();

function workerOn(device: Device): Worker {
  const worker =
    workers.get(device) ??
    (device === 'wasm'
      ? new Worker(new URL('./wasmWorker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./webgpuWorker.ts', import.meta.url), { type: 'module' }));
  workers.set(device, worker);
  return worker;
}

/** A model in the worker of its device; where WebGPU does not run it falls back to wasm, and `executionProvider` says why. */
export const connect = (source: string | Uint8Array, device: Device): Promise<LoadedModel> =>
  loadModelInWorker(workerOn(device), source, { executionProviders: device, onFallback: () => undefined });

/** What runs the model, in words. */
export function described({ name, threads, reason }: ExecutionProvider): string {
  const isolated = threads === 1 && !crossOriginIsolated ? ' (the page is not cross-origin isolated)' : '';
  const on = name === 'wasm' ? `WebAssembly, ${threads ?? 1} thread${threads === 1 ? '' : 's'}${isolated}` : 'WebGPU';
  return reason === undefined ? on : `${on}. ${reason}`;
}
