import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { onnxruntimeExecutor } from '../../../exporters/index.ts';
import {
  energyModel,
  euclidean,
  type FitOptions,
  likelihoodMetric,
  mlpEnergy,
  mvlLd,
  mvlRld,
  sphere,
  sphereQuadrature,
} from '../../../plugin/index.ts';
import { learningRateOf } from '../../../plugin/training/optimizers.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { cap } from '../../support/tinyModel.ts';
import { OPTIMIZERS, relativeDistance } from './optimizers.ts';

const [{ ort }] = RUNTIMES;
const executor = onnxruntimeExecutor(ort);
const manifold = sphere(2);
const points = cap(70);

/** Trains a small model on the cap; its weights, and what fit told. */
async function trained(options: FitOptions, optimizer: tf.Optimizer | string = 'adam', epsilon?: number) {
  const network = mlpEnergy({ manifold, hidden: [8, 8], seed: 1 });
  const model = energyModel({ manifold, network, seed: 3 });
  model.compile({ optimizer, loss: mvlRld({ manifold, noise: 'rademacher', ...(epsilon !== undefined && { epsilon }) }) });
  const before = tf.memory().numTensors;
  const { history } = await model.fit(points, { epochs: 34, batchSize: 30, ...options });
  const weights = network.getWeights().flatMap((w) => [...w.dataSync()]);
  const leaked = tf.memory().numTensors - before;
  const { summary } = model;
  model.dispose();
  network.dispose();
  return { weights, history, leaked, summary };
}

it('onnxruntimeExecutor refuses settings that it does not know', () => {
  expect(() => onnxruntimeExecutor(ort, { intraOpNumThreads: 1 } as object)).toThrow(
    /onnxruntimeExecutor: unknown option intraOpNumThreads; expected some of executionProviders, sessionOptions/,
  );
});

// 70 points make two batches of 30 and one of 10: 102 steps with two sizes of batch.
describe('fit by onnxruntime ends where fit by tfjs ends', () => {
  it.each(OPTIMIZERS)('with %s', async (_name, make) => {
    // A tenth of the rates that suit a regression: far from where rounding errors grow by themselves.
    const options: FitOptions = { learningRate: () => 0.1 * learningRateOf(make()) };
    const [own, theirs] = [await trained({ ...options, executor }, make(), 0.01), await trained(options, make(), 0.01)];
    expect(relativeDistance(own.weights, theirs.weights)).toBeLessThan(1e-4);
  });

  it.each<[string, FitOptions]>([
    ['smoothing that falls', { smoothing: { from: 0.5, to: 0.2 } }],
    ['averaged weights', { averaging: 0.9 }],
    ['clipped gradients', { clipNorm: 0.5 }],
    ['weights that decay, at a falling learning rate', { weightDecay: 2, learningRate: (progress) => 0.01 * (1 - progress) + 1e-4 }],
    ['a falling learning rate', { learningRate: (progress) => 0.01 * (1 - progress) + 1e-4 }],
    [
      'all of it, validated, the best weights kept',
      {
        smoothing: 0.3,
        averaging: 0.9,
        clipNorm: 1,
        validationSplit: 0.2,
        validation: likelihoodMetric(sphereQuadrature(manifold)),
        keepBest: 'val_loss',
      },
    ],
  ])('with %s', async (_name, options) => {
    // Left open without smoothing, ε is 1e-4 on this cap, whose rounding of 4e-3 of a gradient is as large as what is asked for.
    const epsilon = options.smoothing === undefined ? 1e-3 : undefined;
    const [own, theirs] = [await trained({ ...options, executor }, 'adam', epsilon), await trained(options, 'adam', epsilon)];
    expect(relativeDistance(own.weights, theirs.weights)).toBeLessThan(1e-4);
    for (const [entry, values] of Object.entries(theirs.history)) expect(relativeDistance(own.history[entry], values)).toBeLessThan(2e-3);
    expect(own.leaked).toBe(theirs.leaked);
    expect(own.summary?.backend).toBe('onnxruntime-node');
    expect(own.summary?.steps).toBe(theirs.summary?.steps);
  });

  it('with an energy that is a plain function, on the plane, in onnxruntime-web too', async () => {
    const run = async (options: FitOptions) => {
      const k = tf.variable(tf.tensor1d([0.5, 2]));
      const model = energyModel({ manifold: euclidean(2), network: (x) => tf.mul(0.5, tf.sum(tf.mul(k, tf.square(x)), 1)), seed: 1 });
      model.compile({ optimizer: tf.train.sgd(0.05), loss: mvlLd({ epsilon: 0.01 }) });
      const rows = Array.from({ length: 50 }, (_, i) => [Math.sin(5 * i), Math.cos(3 * i)]);
      await model.fit(rows, { epochs: 10, batchSize: 16, ...options });
      return [...k.dataSync()];
    };
    const theirs = await run({});
    for (const { ort: runtime, provider } of RUNTIMES) {
      const own = await run({ executor: onnxruntimeExecutor(runtime, { executionProviders: [provider] }) });
      expect(relativeDistance(own, theirs)).toBeLessThan(1e-5);
    }
  });
});

describe('fit by onnxruntime', () => {
  const checkpoint = join(tmpdir(), `executor-${process.pid}.ckpt`);
  afterAll(() => rmSync(checkpoint, { force: true }));

  it('goes on from a checkpoint as if never stopped, bit for bit', async () => {
    const options: FitOptions = { executor, smoothing: 0.3, averaging: 0.9, validationSplit: 0.2, epochs: 6 };
    const whole = await trained(options);
    const abort = new AbortController();
    const stop = { onEpochEnd: (epoch: number) => void (epoch === 2 && abort.abort()) };
    await expect(trained({ ...options, checkpoint, signal: abort.signal, callbacks: stop })).rejects.toThrow();
    expect(existsSync(checkpoint)).toBe(true);
    const resumed = await trained({ ...options, checkpoint, resume: true });
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.history).toEqual(whole.history);
  });

  it('writes checkpoints after exactly so many steps, however many go into one call', async () => {
    let writes = 0;
    const store = { name: 'memory', load: async () => null, save: async () => void writes++ };
    await trained({ executor, epochs: 3, checkpoint: { store, everySteps: 2 } });
    // Nine steps: before the first, after 2, 4, 6 and 8, and at the end.
    expect(writes).toBe(6);
  });

  it('takes single steps where someone listens to batches', async () => {
    const losses: number[] = [];
    await trained({ executor, epochs: 3, callbacks: { onBatchEnd: (_batch, logs) => void losses.push(logs?.loss as number) } });
    expect(losses).toHaveLength(9);
    expect(new Set(losses).size).toBe(9);
  });

  it('stops where the loss is no longer finite', async () => {
    await expect(trained({ executor }, tf.train.sgd(1e9))).rejects.toThrow(/training diverged at step \d+: the loss is/);
  });

  it('refuses a loss that computes with the ε it is given', async () => {
    const model = energyModel({ manifold, seed: 1 });
    model.compile({ loss: (epsilon: number) => mvlRld({ manifold, epsilon: epsilon / 2 }) });
    await expect(model.fit(points, { executor, smoothing: 0.3, epochs: 1 })).rejects.toThrow(
      /reads the numbers of a tensor made by epsilon/,
    );
    model.dispose();
  });
});
