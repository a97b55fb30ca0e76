import { type LoadedModel, loadModelInWorker } from 'tfjs-mvl/runtime';
import { ask } from './ask.ts';

export type Device = { readonly provider: 'wasm'; readonly threads: number } | { readonly provider: 'webgpu' };

/** A number array crosses over to the test as it is; a typed array would become an object. */
const plain = (values: Float32Array): number[] => Array.from(values);

async function using<T>(device: Device, file: string, use: (model: LoadedModel) => Promise<T>): Promise<T> {
  const worker =
    device.provider === 'wasm'
      ? new Worker(new URL('./wasmWorker.ts', import.meta.url), { type: 'module', name: `${device.threads}` })
      : new Worker(new URL('./webgpuWorker.ts', import.meta.url), { type: 'module' });
  try {
    const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer());
    const model = await loadModelInWorker(worker, bytes, { executionProviders: device.provider, onFallback: () => undefined });
    const result = await use(model);
    await model.dispose();
    return result;
  } finally {
    worker.terminate();
  }
}

/** Durations of the main thread's tasks of 50 ms and more while something goes on. */
async function longTasks<T>(work: () => Promise<T>): Promise<{ result: T; tasks: number[] }> {
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const result = await work();
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { result, tasks };
}

const harness = {
  provider: (device: Device, file: string) => using(device, file, async ({ executionProvider }) => executionProvider),
  energies: (device: Device, file: string, rows: number[][]) => using(device, file, async (model) => plain(await model.energy(rows))),
  scores: (device: Device, file: string, rows: number[][]) => using(device, file, async (model) => plain(await model.score(rows))),
  samples: (device: Device, file: string, options: { n: number; steps: number; stepSize: number; seed: number }) =>
    using(device, file, async (model) => plain(await model.sample(options))),
  codes: (device: Device, file: string, rows: number[][]) =>
    using(device, file, async (model) => plain(await model.encode(rows, { seed: 5 }))),
  million: (device: Device, file: string) =>
    using(device, file, async (model) => {
      const points = new Float32Array(3_000_000);
      for (let i = 0; i < 1_000_000; i++) points[3 * i + (i % 3)] = 1;
      const began = performance.now();
      const { result, tasks } = await longTasks(() => model.score(points));
      return { rows: result.dims[0], tasks, seconds: (performance.now() - began) / 1000 };
    }),
  /** 10,000 chains of 1,000 steps, to the end. */
  chains: (device: Device, file: string) =>
    using(device, file, async (model) => {
      const seen: number[] = [];
      const began = performance.now();
      const { result, tasks } = await longTasks(() =>
        model.sample({ n: 10_000, steps: 1_000, seed: 1, onProgress: (step, steps) => seen.push(step / steps) }),
      );
      const finite = plain(result).every(Number.isFinite);
      return { dims: [...result.dims], finite, seen, tasks, seconds: (performance.now() - began) / 1000 };
    }),
  /** Cancels 10,000 chains after so many reports. */
  cancelled: (device: Device, file: string, reports: number) =>
    using(device, file, async (model) => {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        if (++seen === reports) controller.abort(new Error('cancelled by the test'));
      };
      const chains = model.sample({ n: 10_000, steps: 1_000, seed: 1, onProgress, signal: controller.signal });
      const message = await chains.then(
        () => 'finished',
        (error: Error) => error.message,
      );
      return { message, seen, after: plain(await model.energy([[0, 0, 1]])) };
    }),
  train: async (question: object) => {
    const worker = new Worker(new URL('./stepWorker.ts', import.meta.url), { type: 'module' });
    try {
      return await ask(worker, question);
    } finally {
      worker.terminate();
    }
  },
  speed: async (question: object) => {
    const worker = new Worker(new URL('./speedWorker.ts', import.meta.url), { type: 'module' });
    try {
      return await ask<number>(worker, question);
    } finally {
      worker.terminate();
    }
  },
};

export type Harness = typeof harness;

Object.assign(window, { harness });
