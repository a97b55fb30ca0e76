import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import * as exporters from '../../exporters/index.ts';
import * as mvl from '../../plugin/index.ts';
import * as runtime from '../../runtime/index.ts';
import { cap } from '../support/tinyModel.ts';

const snippetsOf = (page: string): string[] => [...readFileSync(page, 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

/** Runs a page's snippet with the names that it imports, and gives what it declares. */
async function run(code: string, given: Record<string, unknown>, result: string): Promise<Record<string, unknown>> {
  const names = { tf, ort, ...mvl, ...exporters, ...given };
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn ${result};`;
  return (await new AsyncFunction(...Object.keys(names), body)(...Object.values(names))) as Record<string, unknown>;
}

describe('the snippets of docs/compile.md', () => {
  const [fit, metric, compiled] = snippetsOf('docs/compile.md');

  it('fit by onnxruntime', async () => {
    const { model } = (await run(fit, {}, '{ model }')) as { model: mvl.EnergyModel };
    expect(model.summary).toMatchObject({ backend: 'onnxruntime-node', epochs: 20 });
    const [north, south] = model
      .energy([
        [0, 0, 1],
        [0, 0, -1],
      ])
      .dataSync();
    expect(south - north).toBeGreaterThan(1);
  });

  it('measure by the compiled energy', async () => {
    const { metric: own } = (await run(metric, {}, '{ metric }')) as { metric: mvl.ValidationMetric };
    const tools = { energy: async () => tf.tensor1d([1, 3]) };
    expect(await own.evaluate({} as mvl.EnergyModel, tf.zeros([2, 3]), tools)).toBe(2);
  });

  it('compile a step that learns what it should', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    const { w } = (await run(compiled, {}, '{ w }')) as { w: tf.Variable };
    log.mockRestore();
    for (const [i, value] of w.dataSync().entries()) expect(value).toBeCloseTo(i + 1, 2);
  });
});

it('the snippet of docs/compile-layers.md trains a classifier', async () => {
  const [code] = snippetsOf('docs/compile-layers.md');
  const images = tf.randomUniform([256, 784], 0, 1, 'float32', 1);
  const labels = tf.tensor1d(
    Int32Array.from({ length: 256 }, (_, i) => i % 10),
    'int32',
  );
  const { history } = (await run(code, { images, labels }, '{ history }')) as { history: Record<string, number[]> };
  expect(Object.keys(history).sort()).toEqual(['acc', 'loss', 'val_acc', 'val_loss']);
  expect(history.loss.at(-1)).toBeLessThan(history.loss[0]);
});

it('the second block of the README adds an executor to the first', async () => {
  const [, code] = snippetsOf('README.md');
  const fit = jest.fn(async (_points: unknown, _options: mvl.FitOptions) => {});
  await run(code, { model: { fit }, points: [] }, 'null');
  expect(fit.mock.calls[0][1].executor?.name).toBe('onnxruntime-node');
});

it('the snippets of docs/train-session.md write a step, go on with it, and bring its weights back', async () => {
  const [energy, regression, goOn, saved, back] = snippetsOf('docs/train-session.md');
  const written: Record<string, Uint8Array> = {};
  const writeFile = async (path: string, bytes: Uint8Array) => {
    written[path] = bytes;
  };
  const { model } = (await run(energy, { writeFile }, '{ model }')) as { model: mvl.EnergyModel };
  expect(await run(regression, {}, '{ card }')).toMatchObject({ card: { kind: 'train-step' } });

  const load = (_ort: unknown, path: string, options: runtime.TrainSessionOptions) => runtime.loadTrainSession(ort, written[path], options);
  const points = cap(500);
  const fetched = jest.fn(async (_url: string, _options?: { body: Uint8Array }) => ({ json: async () => points }));
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  const shorter = goOn.replace('k < 1000', 'k < 20');
  const { session, weights } = (await run(shorter, { loadTrainSession: load, fetch: fetched }, '{ session, weights }')) as {
    session: runtime.TrainSession;
    weights: Record<string, runtime.ParameterValues>;
  };
  log.mockRestore();
  expect(session.steps).toBe(20);
  const { later } = (await run(saved, { session, loadTrainSession: load, fetch: fetched }, '{ later }')) as { later: runtime.TrainSession };
  expect(later.steps).toBe(20);

  const { network } = model as { network: tf.LayersModel };
  const before = network.getWeights().map((weight) => weight.dataSync()[0]);
  const pages = { session, model, writeFile };
  await run(back, pages, 'null');
  for (const [i, variable] of network.trainableWeights.entries()) {
    const { values } = weights[(variable.read() as tf.Variable).name];
    expect(variable.read().dataSync()).toEqual(values);
    // In a model that was loaded anew the order tells.
    expect(Object.values(weights)[i].values).toBe(values);
    expect(values[0]).not.toBe(before[i]);
  }
  const served = await runtime.loadModel(ort, written['model.onnx']);
  const north = [[0, 0, 1]];
  expect((await served.energy(north))[0]).toBeCloseTo(model.energy(north).dataSync()[0], 4);
  await Promise.all([served.dispose(), session.dispose(), later.dispose()]);
});
