import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as node from 'onnxruntime-node';
import { exportLatentModel } from '../../../exporters/exportLatentModel.ts';
import { implicitVae } from '../../../models/implicitVae/implicitVae.ts';
import { mlpNetworks } from '../../../models/networks/mlpNetworks.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { type LoadedModel, loadModel, loadModelInWorker, serveModels } from '../../../runtime/index.ts';
import type { Channel } from '../../../runtime/worker/messages.ts';
import { gaussian, onnxOf, vonMisesFisher } from '../../support/onnx/models.ts';

let ports: MessageChannel;
/** The page's end; behind the other one is what a worker would run. */
let worker: Channel;
beforeEach(() => {
  ports = new MessageChannel();
  worker = ports.port1 as unknown as Channel;
  serveModels(node, ports.port2 as unknown as Channel);
});
afterEach(() => {
  ports.port1.close();
});

const near = (bytes: Uint8Array) => loadModel(node, bytes);
const far = (bytes: Uint8Array) => loadModelInWorker(worker, bytes);

/** What both give, or say. */
async function same(bytes: Uint8Array, use: (model: LoadedModel) => Promise<Float32Array>): Promise<Float32Array> {
  const [here, there] = [await near(bytes), await far(bytes)];
  const expected = await use(here).catch((error: Error) => error);
  const received = await use(there).catch((error: Error) => error);
  await Promise.all([here.dispose(), there.dispose()]);
  if (expected instanceof Error) {
    expect(received).toBeInstanceOf(expected.constructor);
    expect((received as Error).message).toBe(expected.message);
    throw received;
  }
  expect(received).toEqual(expected);
  return received as Float32Array;
}

describe('a model in a worker', () => {
  const points = [
    [0, 0, 1],
    [0, 1, 0],
  ];

  it('describes itself as in the page', async () => {
    const [here, there] = [await near(onnxOf(vonMisesFisher)), await far(onnxOf(vonMisesFisher))];
    expect([there.card, there.backend, there.executionProvider]).toEqual([here.card, here.backend, here.executionProvider]);
    await Promise.all([here.dispose(), there.dispose()]);
  });

  it('computes what it computes in the page, with its shape', async () => {
    const bytes = onnxOf(vonMisesFisher);
    expect(await same(bytes, (model) => model.energy(points))).toHaveProperty('dims', [2]);
    const scores = await same(bytes, (model) => model.score(Float32Array.from(points.flat())));
    expect(scores).toHaveProperty('dims', [2, 3]);
    await same(bytes, async (model) => model.energy(await model.sample({ n: 3, steps: 4, seed: 7 })));
    await same(bytes, async (model) => model.sample({ from: await model.sample({ n: 3, steps: 4, seed: 7 }), steps: 2 }));
    await same(bytes, (model) => model.energy(new node.Tensor('float32', Float32Array.from(points.flat()), [2, 3])));
  });

  it('encodes and decodes', async () => {
    const { bytes } = await exportLatentModel(
      implicitVae({ latent: sphere(2), columns: 5, networks: mlpNetworks({ hidden: [8] }), seed: 1 }),
    );
    const x = [
      [0, 1, 0, 1, 1],
      [1, 1, 0, 0, 0],
    ];
    await same(bytes, (model) => model.encode(x, { seed: 3 }));
    await same(bytes, (model) => model.generate({ n: 4, seed: 3 }));
    await same(bytes, async (model) => model.interpolate(await model.encode(x), await model.encode(x, { seed: 4 }), { steps: 3 }));
    await same(bytes, async (model) => model.score(await model.encode(x), x));
  });

  it('refuses what it refuses in the page, with the same words', async () => {
    const bytes = onnxOf(vonMisesFisher);
    await expect(same(bytes, (model) => model.energy([[0, 0, 2]]))).rejects.toThrow(/norm 2/);
    await expect(same(bytes, (model) => model.energy([[0, 0]]))).rejects.toThrow(RangeError);
    await expect(same(bytes, (model) => model.energy(3 as never))).rejects.toThrow(TypeError);
    await expect(same(bytes, (model) => model.encode([[1]]))).rejects.toThrow(/an energy model, which has no encoder/);
    const there = await far(bytes);
    await expect(there.energy({ arraySync: () => [] } as never)).rejects.toThrow(/tfjs tensor/);
    await expect(loadModelInWorker(worker, new Uint8Array([1, 2, 3]))).rejects.toThrow(/ONNX/);
    await there.dispose();
    await expect(there.energy(points)).rejects.toThrow(/disposed/);
    await there.dispose();
  });

  it('gives overlapping calls their own answers', async () => {
    const [a, b] = [await far(onnxOf(vonMisesFisher)), await far(onnxOf(gaussian))];
    const [energies, other, samples] = await Promise.all([a.energy(points), b.energy([[1, -2]]), a.sample({ n: 2, steps: 3, seed: 1 })]);
    expect([energies.dims, Array.from(other), samples.dims]).toEqual([[2], [0], [2, 3]]);
    await Promise.all([a.dispose(), b.dispose()]);
  });

  it('reports progress, and stops when it is told', async () => {
    const model = await far(onnxOf(vonMisesFisher));
    const seen: number[][] = [];
    await model.sample({ n: 1, steps: 300, onProgress: (step, steps) => seen.push([step, steps]) });
    expect(seen.at(-1)).toEqual([300, 300]);
    expect(seen.length).toBeLessThan(300);
    const controller = new AbortController();
    const endless = model.sample({ n: 1, steps: 1e9, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
    await expect(endless).rejects.toThrow('enough');
    await expect(model.sample({ n: 1, signal: controller.signal })).rejects.toThrow('enough');
    expect((await model.energy(points)).length).toBe(2);
    await model.dispose();
  });

  it('tells of a fallback', async () => {
    const told = jest.fn();
    const model = await loadModelInWorker(worker, onnxOf(gaussian), { executionProviders: 'webgpu', onFallback: told });
    expect(told.mock.calls).toEqual([[model.executionProvider]]);
    expect(model.executionProvider).toMatchObject({ name: 'cpu', requested: ['webgpu', 'cpu'] });
    await model.dispose();
  });

  it('leaves other messages of the worker alone', async () => {
    const others: unknown[] = [];
    ports.port1.addEventListener('message', ({ data }) => others.push(data));
    ports.port2.postMessage('hello');
    ports.port2.postMessage(null);
    ports.port1.postMessage({ id: 1, kind: 'load' });
    const model = await far(onnxOf(gaussian));
    expect(others).toEqual(expect.arrayContaining(['hello', null]));
    await model.dispose();
  });
});

describe('a worker that fails', () => {
  it('lets every open call fail, with what is known', async () => {
    const listeners = new Map<string, (event: Event) => void>();
    const silent: Channel = {
      postMessage: () => undefined,
      addEventListener: (type, listener) => listeners.set(type, listener),
    };
    const loading = [loadModelInWorker(silent, 'a.onnx'), loadModelInWorker(silent, 'b.onnx')];
    listeners.get('error')?.({ message: 'Uncaught SyntaxError: unexpected token' } as never);
    await expect(loading[0]).rejects.toThrow(/the worker failed: Uncaught SyntaxError/);
    await expect(loading[1]).rejects.toThrow(/the worker failed/);
    const again = loadModelInWorker(silent, 'a.onnx');
    listeners.get('error')?.({} as Event);
    await expect(again).rejects.toThrow(/Its script may be missing/);
  });

  it('what cannot be copied is refused at once', async () => {
    await expect(loadModelInWorker(worker, new Uint8Array(1), { sessionOptions: { log: () => 0 } })).rejects.toThrow(/could not be cloned/);
  });
});

/** Addresses are resolved in the page. */
describe('an address', () => {
  beforeAll(() => {
    Object.defineProperty(globalThis, 'document', { value: { baseURI: 'https://example.org/app/' }, configurable: true });
  });
  it('is the page’s', async () => {
    const posted: unknown[] = [];
    const silent: Channel = {
      postMessage: (message) => posted.push(message),
      addEventListener: () => undefined,
    };
    void loadModelInWorker(silent, 'model.onnx');
    void loadModelInWorker(silent, new URL('https://example.org/other.onnx'));
    Reflect.deleteProperty(globalThis, 'document');
    expect(posted).toEqual([
      expect.objectContaining({ source: 'https://example.org/app/model.onnx' }),
      expect.objectContaining({ source: 'https://example.org/other.onnx' }),
    ]);
  });
});
