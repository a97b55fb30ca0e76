import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import * as mvl from '../../plugin/index.ts';
import '../support/wasm.ts';

const folder = mkdtempSync(join(tmpdir(), 'docs-training-'));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync('docs/training.md', 'utf8');
const all = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const atLevels = all.find((code) => code.includes('noiseLevels')) as string;
const snippets = all.filter((code) => code !== atLevels);

/** Runs a page's snippet with the names that it imports, and gives what it declares last. */
async function run(code: string, given: Record<string, unknown>, result: string): Promise<unknown> {
  const body = code.replace(/^import .*$/gm, '').replaceAll("'sphere-model'", JSON.stringify(join(folder, 'model')));
  const names = { tf, ...mvl, ...given };
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  return new AsyncFunction(...Object.keys(names), `${body}\nreturn ${result};`)(...Object.values(names));
}

describe('the snippets of docs/training.md', () => {
  it('train, sample, save and load', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    const { model, again } = (await run(snippets[0], {}, '{ model, again }')) as Record<string, mvl.EnergyModel>;
    expect(log).toHaveBeenCalledTimes(3);
    log.mockRestore();
    const north = [[0, 0, 1]];
    expect(again.energy(north).dataSync()).toEqual(model.energy(north).dataSync());
  });

  it('learn the masses of two modes at all noise levels', async () => {
    const found = await run(atLevels, { ort, onnxruntimeExecutor }, '{ model, samples, points, value }');
    const { model, samples, points, value } = found as { model: mvl.EnergyModel; samples: tf.Tensor2D; points: tf.Tensor2D; value: number };
    const nearSecond = (x: tf.Tensor2D) =>
      (mvl.anglesOf(x).arraySync() as number[][]).filter(([t]) => Math.abs(t - 2) < 1).length / x.shape[0];
    expect(Math.abs(nearSecond(points) - 0.2)).toBeLessThan(0.01);
    expect(Math.abs(nearSecond(samples) - 0.2)).toBeLessThan(0.1);
    const byQuadrature = await mvl.negativeLogLikelihood(model.energy, points, mvl.torusQuadrature(mvl.torus(1)));
    // Seen: .73 by the flow and .75; uniform 1.84.
    expect(Math.abs(value - byQuadrature)).toBeLessThan(0.1);
    expect(value).toBeLessThan(0.9);
  });

  it('build a network, watch a measure, resume', async () => {
    const network = (await run(snippets[1], {}, 'network')) as tf.LayersModel;
    expect(network.outputs[0].shape).toEqual([null, 3]);
    const fit = jest.fn(async () => {});
    const metrics = { likelihoodMetric: jest.fn(), sphereQuadrature: jest.fn(), sphere: jest.fn() };
    for (const snippet of snippets.slice(2)) await run(snippet, { model: { fit }, points: [], ...metrics }, 'null');
    expect(fit.mock.calls).toHaveLength(2);
    const options = (fit.mock.calls as unknown as [unknown, mvl.FitOptions][]).map(([, given]) => given);
    // The options on the page are all ones that fit has.
    const known = [
      'epochs',
      'validationSplit',
      'validation',
      'keepBest',
      'averaging',
      'learningRate',
      'clipNorm',
      'weightDecay',
      'callbacks',
      'checkpoint',
      'resume',
    ];
    expect([...new Set(options.flatMap((given) => Object.keys(given)))].sort()).toEqual(known.sort());
  });
});
