import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { loadModel } from '../../runtime/loadModel.ts';
import type { OrtLike, OrtSession } from '../../runtime/ort.ts';
import type { ExecutionProvider, ProviderChoice } from '../../runtime/providers.ts';
import { gaussian, onnxOf } from '../support/onnx/models.ts';

type Created = { provider: unknown; options: object };
type Behaviour = 'works' | 'cannot be made' | 'cannot run';

/** The web runtime with a GPU that behaves as told, in a browser that has `navigator.gpu`. */
function withWebGpu(behaviour: Behaviour): { ort: OrtLike; created: Created[]; released: () => number } {
  const created: Created[] = [];
  let released = 0;
  const create = async (bytes: Uint8Array, options: object = {}): Promise<OrtSession> => {
    const [provider] = (options as { executionProviders: unknown[] }).executionProviders;
    created.push({ provider, options });
    if (provider !== 'webgpu') return web.InferenceSession.create(bytes, options);
    if (behaviour === 'cannot be made') throw new Error('Failed to get a WebGPU adapter\n at native code');
    const session: OrtSession = await web.InferenceSession.create(bytes, { ...options, executionProviders: ['wasm'] });
    return {
      run: (feeds) => (behaviour === 'works' ? session.run(feeds) : Promise.reject(new Error('shader does not compile'))),
      release: async () => {
        released++;
        await session.release();
      },
    };
  };
  return { ort: { InferenceSession: { create }, Tensor: web.Tensor }, created, released: () => released };
}

const gpuWith = (adapter: object | null) => ({ requestAdapter: async () => adapter });

const navigatorBefore = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
const pretend = (value: object) => Object.defineProperty(globalThis, 'navigator', { value, configurable: true });

afterEach(() => {
  if (navigatorBefore) Object.defineProperty(globalThis, 'navigator', navigatorBefore);
  else Reflect.deleteProperty(globalThis, 'navigator');
});

/** Loads, checks that the model works, and returns which provider ran and what was told. */
async function load(ort: OrtLike, executionProviders?: ProviderChoice) {
  const told: ExecutionProvider[] = [];
  const model = await loadModel(ort, onnxOf(gaussian), {
    ...(executionProviders !== undefined && { executionProviders }),
    onFallback: (provider) => told.push(provider),
  });
  expect(Array.from(await model.energy([[1, -2]]))).toEqual([0]);
  await model.sample({ n: 1, steps: 1 });
  await model.dispose();
  return { ...model.executionProvider, told };
}

describe('execution providers', () => {
  it('by default are cpu in Node and wasm in onnxruntime-web', async () => {
    expect(await load(node)).toEqual({ name: 'cpu', requested: ['cpu'], told: [] });
    const { threads, ...automatic } = await load(web);
    expect(automatic).toEqual({ name: 'wasm', requested: ['wasm'], reason: 'auto: there is no navigator.gpu', told: [] });
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(await load(web, 'wasm')).toEqual({ name: 'wasm', requested: ['wasm'], threads, told: [] });
  });

  it('are webgpu where a browser has it on a GPU', async () => {
    pretend({ gpu: gpuWith({ info: {} }) });
    const { ort, created } = withWebGpu('works');
    const reason = 'auto: this browser has WebGPU on a GPU';
    expect(await load(ort, 'auto')).toEqual({ name: 'webgpu', requested: ['webgpu', 'wasm'], reason, told: [] });
    expect(created.map(({ provider }) => provider)).toEqual(['webgpu', 'webgpu', 'webgpu']);
  });

  it.each([
    ['no adapter', gpuWith(null), /^auto: navigator\.gpu finds no adapter$/],
    ['an adapter that fails', { requestAdapter: () => Promise.reject(new Error('lost')) }, /^auto: navigator\.gpu finds no adapter$/],
    ['software only', gpuWith({ info: { isFallbackAdapter: true } }), /^auto: the only adapter is software, which is slower than wasm$/],
  ])('by default are wasm where WebGPU has %s, unless it is named', async (_, gpu, reason) => {
    pretend({ gpu });
    const { ort, created } = withWebGpu('works');
    expect(await load(ort)).toMatchObject({ name: 'wasm', requested: ['wasm'], reason: expect.stringMatching(reason), told: [] });
    expect(created.map(({ provider }) => provider)).not.toContain('webgpu');
    expect(await load(ort, 'webgpu')).toMatchObject({ name: 'webgpu', told: [] });
  });

  it('say that WebGPU wants a secure page', async () => {
    pretend({});
    Object.defineProperty(globalThis, 'isSecureContext', { value: false, configurable: true });
    expect((await load(web)).reason).toBe('auto: there is no navigator.gpu: WebGPU needs https or localhost');
    Reflect.deleteProperty(globalThis, 'isSecureContext');
  });

  it('onnxruntime-web runs cpu as wasm, not on onnxruntime-node', async () => {
    expect(await load(web, 'cpu')).toMatchObject({ name: 'wasm', requested: ['wasm'] });
  });

  it.each<[Behaviour, RegExp]>([
    ['cannot be made', /; webgpu: Failed to get a WebGPU adapter$/],
    ['cannot run', /; webgpu: shader does not compile$/],
  ])('fall back from a WebGPU that %s, once and with the reason', async (behaviour, reason) => {
    pretend({ gpu: gpuWith({}) });
    const { ort, created, released } = withWebGpu(behaviour);
    const result = await load(ort);
    expect(result).toMatchObject({ name: 'wasm', requested: ['webgpu', 'wasm'], reason: expect.stringMatching(reason) });
    expect(result.told).toHaveLength(1);
    expect(created.filter(({ provider }) => provider === 'webgpu')).toHaveLength(1);
    expect(released()).toBe(behaviour === 'cannot run' ? 1 : 0);
  });

  it('say why each did not run', async () => {
    expect(await load(web, ['cuda', 'webgpu', 'webnn'])).toMatchObject({
      name: 'wasm',
      requested: ['cuda', 'webgpu', 'webnn', 'wasm'],
      reason:
        'cuda: onnxruntime-web here offers wasm, webgpu, webnn, webgl; webgpu: there is no navigator.gpu; webnn: there is no navigator.ml',
    });
  });

  it('never run on the other onnxruntime in the process', async () => {
    const { name, reason } = await load(node, 'wasm');
    expect(name).toBe('cpu');
    expect(reason).toMatch(/^wasm: onnxruntime-node here offers cpu/);
  });

  it('may be objects with options, and are tried in order', async () => {
    pretend({ gpu: gpuWith({}) });
    const { ort, created } = withWebGpu('works');
    await load(ort, [{ name: 'wasm' }, 'webgpu']);
    expect(created[0].provider).toEqual({ name: 'wasm' });
    expect(created[0].options).toMatchObject({ logSeverityLevel: 3 });
  });

  it('warn on the console where nobody else is told', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const model = await loadModel(node, onnxOf(gaussian), { executionProviders: ['wasm'], sessionOptions: { intraOpNumThreads: 1 } });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^tfjs-mvl: the model runs on cpu \(asked for: wasm, cpu\)\. wasm: onnxruntime-node/)],
    ]);
    warn.mockRestore();
    await model.dispose();
  });

  it('must be names', async () => {
    await expect(load(node, [3 as unknown as string])).rejects.toThrow(/executionProviders takes names such as 'cuda'.*; got 3/);
    await expect(load(node, [null as unknown as string])).rejects.toThrow(/got null/);
  });
});
