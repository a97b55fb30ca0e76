import { describe, expect, it, jest } from '@jest/globals';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { loadModel } from '../../runtime/loadModel.ts';
import type { OrtLike } from '../../runtime/ort.ts';
import { gaussian, onnxOf, vonMisesFisher } from '../support/onnx/models.ts';

const ort: OrtLike = node;
const text = (content: string) => new TextEncoder().encode(content);

const sampler = (changes: object) => JSON.stringify({ ...JSON.parse(gaussian.metadata!.sampler), ...changes });

describe('loadModel refuses', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /the model given \(0 bytes\) is not a whole ONNX file: it has no graph\. It is empty/],
    ['a web page', text('<!doctype html>'), /is not a whole ONNX file.*It looks like a web page/],
    ['a tfjs model', text('{"modelTopology": {}}'), /It looks like JSON: a tfjs model must be exported first/],
    ['text', text('lon,lat\n1,2\n'), /is not a whole ONNX file/],
    [
      'metadata that is not JSON',
      onnxOf(gaussian, { meta: { sampler: '{' } }),
      /metadata "sampler" is not JSON: \{\. Export the model again/,
    ],
    [
      'a file without a manifold',
      onnxOf(gaussian, { meta: { manifold: undefined } }),
      /manifold: none\) is not an energy model of tfjs-mvl/,
    ],
    [
      'another model',
      onnxOf({ ...gaussian, inputs: { x: ['batch', 2] }, outputs: { score: ['batch', 2] } }),
      /inputs: x\[batch, 2\]; outputs: score\[batch, 2\]; manifold: euclidean:2\) is not an energy model/,
    ],
    ['points of unknown width', onnxOf({ ...gaussian, inputs: { x: ['batch', 'm'] } }), /inputs: x\[batch, m\]/],
  ])('%s', async (_, bytes, message) => {
    await expect(loadModel(ort, bytes)).rejects.toThrow(message);
  });

  it('a file cut short anywhere', async () => {
    const bytes = onnxOf(vonMisesFisher);
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expect(loadModel(ort, cut)).rejects.toThrow(/is not a whole ONNX file|not an energy model/);
    }
  });

  it('a graph that onnxruntime cannot run, with its reason', async () => {
    const broken = onnxOf(gaussian, { nodes: [['Nonsense', ['x'], ['energy']]], outputs: { energy: ['batch'] } });
    await expect(loadModel(ort, broken)).rejects.toThrow(/onnxruntime could not run this model\. cpu: .*Nonsense/);
  });

  it('what is not onnxruntime', async () => {
    for (const given of [null, undefined, {}, { default: {} }, 'onnxruntime-node']) {
      await expect(loadModel(given as unknown as OrtLike, onnxOf(gaussian))).rejects.toThrow(
        /expected onnxruntime itself as ort, .* got \w+ without InferenceSession/,
      );
    }
  });

  it('nothing of a namespace with only a default export', async () => {
    const model = await loadModel({ default: ort }, onnxOf(gaussian));
    expect(Array.from(await model.energy([[1, -2]]))).toEqual([0]);
    await model.dispose();
  });
});

describe('a model refuses', () => {
  it('a score that the file lacks', async () => {
    const model = await loadModel(ort, onnxOf(gaussian, { outputs: { energy: ['batch'] } }));
    await expect(model.score([[0, 0]])).rejects.toThrow('score: the file of model "plane" has no score, only energy.');
    await model.dispose();
  });

  it('bad points before onnxruntime sees them', async () => {
    const model = await loadModel(ort, onnxOf(vonMisesFisher));
    await expect(model.energy([[2, 0, 0]])).rejects.toThrow('energy(x): row 0 of 1');
    await expect(model.score([[2, 0, 0]])).rejects.toThrow('score(x): row 0 of 1');
    await model.dispose();
  });

  it.each<[string, object, RegExp]>([
    ['n of 0', { n: 0 }, /sample: n, the number of samples, must be a whole number of at least 1; got 0/],
    ['no n', {}, /n, the number of samples.* got undefined/],
    ['half a step', { n: 1, steps: 0.5 }, /steps must be a whole number of at least 0; got 0\.5/],
    ['a step size of 0', { n: 1, stepSize: 0 }, /stepSize must be a positive number.*; got 0/],
    ['an infinite step size', { n: 1, stepSize: Number.POSITIVE_INFINITY }, /stepSize/],
    ['a seed that is no number', { n: 1, seed: 'x' }, /seed must be a whole number; got x/],
  ])('%s', async (_, options, message) => {
    const model = await loadModel(ort, onnxOf(gaussian));
    await expect(model.sample(options as { n: number })).rejects.toThrow(message);
    await model.dispose();
  });

  it.each<[string, string | undefined, RegExp]>([
    ['no sampler', undefined, /sample: the file of model "plane" has no sampler/],
    ['a sampler without inputs', sampler({ inputs: {} }), /has no sampler/],
    [
      'a sampler of unknown inputs',
      sampler({ inputs: { Step: ['x', 'noise', 'stepSize', 'nowhere'], Start: ['noise'] } }),
      /function Step takes "nowhere", which is neither one of x, stepSize, noise nor an initializer/,
    ],
    [
      'a sampler that is not in the file',
      sampler({ step: 'Jump', inputs: { Jump: ['x', 'noise'], Start: ['noise'] } }),
      /failed in the model's step on cpu/,
    ],
  ])('to sample from %s', async (_, metadata, message) => {
    const model = await loadModel(ort, onnxOf(gaussian, { meta: { sampler: metadata } }));
    await expect(model.sample({ n: 1, steps: 1 })).rejects.toThrow(message);
    // The rest of the model is unharmed, dispose too.
    expect(Array.from(await model.energy([[1, -2]]))).toEqual([0]);
    await model.dispose();
  });

  it('to hand out a chain that diverged', async () => {
    const model = await loadModel(ort, onnxOf(gaussian));
    await expect(model.sample({ n: 2, steps: 200, stepSize: 1e3 })).rejects.toThrow(
      /sample: chain \d diverged within 200 steps of size 1000\. Use a smaller stepSize/,
    );
    await model.dispose();
  });
});

describe('a sampler', () => {
  it('reports each step and stops when told', async () => {
    const model = await loadModel(ort, onnxOf(gaussian));
    const onProgress = jest.fn<(step: number, steps: number) => void>();
    await model.sample({ n: 2, steps: 3, onProgress });
    expect(onProgress.mock.calls).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const controller = new AbortController();
    const stopped = model.sample({
      n: 2,
      steps: 1000,
      signal: controller.signal,
      onProgress: (k) => k === 5 && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(model.sample({ n: 1, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    await model.dispose();
  });

  it('lets the event loop turn in wasm, which never leaves it by itself', async () => {
    const model = await loadModel(web, onnxOf(gaussian), { executionProviders: 'wasm' });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await model.sample({ n: 2000, steps: 60 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    await model.dispose();
  });

  it('uses the step size that the file suggests', async () => {
    const model = await loadModel(ort, onnxOf(gaussian));
    const suggested = await model.sample({ n: 3, steps: 4 });
    expect(Array.from(suggested)).toEqual(Array.from(await model.sample({ n: 3, steps: 4, stepSize: 0.01 })));
    expect(Array.from(suggested)).not.toEqual(Array.from(await model.sample({ n: 3, steps: 4, stepSize: 0.02 })));
    await model.dispose();
  });
});
