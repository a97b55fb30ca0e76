import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../../exporters/index.ts';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { type PersistentOptions, persistentContrastiveDivergence } from '../../../plugin/losses/persistentContrastiveDivergence.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import type { CheckpointStore } from '../../../plugin/training/checkpointStore.ts';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const bowl: Energy = (x) => tf.mul(0.5, tf.sum(tf.square(x), 1));
const x = normal(12, 2, 1);

describe('persistentContrastiveDivergence', () => {
  it('moves its chains by the sampler of exp(−E), from where they were, and compares energies in nats', () => {
    const start = normal(5, 2, 2);
    const loss = persistentContrastiveDivergence({ chains: 5, steps: 2, stepSize: 0.1, start });
    expect(loss.noise?.shape([12, 2])).toEqual([10, 2]);
    expect(loss.chains()).toBeNull();
    let y = start;
    for (const key of [3, 4]) {
      const z = normal(10, 2, key);
      const value = loss(bowl, x, z).dataSync()[0];
      for (const k of [0, 5]) y = langevin().step(bowl, y, 0.1, tf.slice(z, [k], [5])).next;
      expect(largest(tf.sub(loss.chains()!, y))).toBeLessThan(1e-6);
      expect(value).toBeCloseTo(tf.sub(tf.mean(bowl(x)), tf.mean(bowl(y))).dataSync()[0], 5);
    }
    loss.dispose();
  });

  it('holds the chains fixed: the gradient is that of E(data) − E(chains)', () => {
    const scale = tf.variable(tf.scalar(2));
    const scaled: Energy = (p) => tf.mul(scale, bowl(p));
    const loss = persistentContrastiveDivergence({ chains: 5, stepSize: 0.3, seed: 1 });
    const { grads } = tf.variableGrads(() => loss(scaled, x));
    expect(Object.keys(grads)).toEqual([scale.name]);
    const expected = tf.sub(tf.mean(bowl(x)), tf.mean(bowl(loss.chains() as unknown as tf.Tensor2D))).dataSync()[0];
    expect(grads[scale.name].dataSync()[0]).toBeCloseTo(expected, 5);
    loss.dispose();
    scale.dispose();
  });

  it('starts on the manifold and stays there; keeps one tensor', () => {
    const before = tf.memory().numTensors;
    const loss = persistentContrastiveDivergence({ manifold: sphere(1), chains: 7, stepSize: 0.2, seed: 2 });
    for (let i = 0; i < 3; i++) loss(bowl, x).dispose();
    expect(tf.tidy(() => largest(tf.sub(tf.norm(loss.chains()!, 2, 1), 1)))).toBeLessThan(1e-6);
    expect(tf.memory().numTensors).toBe(before + 1);
    loss.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  async function trained(more: FitOptions = {}) {
    const lambda = tf.variable(tf.scalar(3));
    const loss = persistentContrastiveDivergence({ chains: 400, steps: 5, stepSize: 0.1, seed: 5 });
    const model = energyModel({ manifold: euclidean(1), network: (p) => tf.mul(tf.div(lambda, 2), tf.sum(tf.square(p), 1)), seed: 6 });
    model.compile({ loss, optimizer: tf.train.sgd(0.5) });
    await model.fit(normal(400, 1, 7), { epochs: 60, batchSize: 400, verbose: 0, ...more });
    loss.dispose();
    return lambda.dataSync()[0];
  }

  it('trains by fit', async () => {
    const second = numbers(normal(400, 1, 7)).reduce((sum, v) => sum + v * v, 0) / 400;
    // At rest E x² of the chains, (1 ± √(2/400))/λ/(1 − λ dt/2), is the data's. The discretisation makes λ larger by 5 %; 7 % of noise, averaged over some steps.
    expect(Math.abs((await trained()) * second - 1)).toBeLessThan(0.2);
  });

  it('and the same by onnxruntime; with validation points too, whose losses move chains', async () => {
    expect(await trained({ executor: onnxruntimeExecutor(ort) })).toBeCloseTo(await trained(), 3);
    for (const executor of [undefined, onnxruntimeExecutor(ort)]) {
      const lambda = await trained({ validationSplit: 0.5, batchSize: 200, epochs: 30, ...(executor && { executor }) });
      expect(Math.abs(lambda - 1)).toBeLessThan(0.4);
    }
  });

  it.each([
    ['tfjs', undefined],
    ['onnxruntime', onnxruntimeExecutor(ort)],
  ])('goes on with its chains where a run is resumed, by %s', async (_, executor) => {
    /** A run of 8 steps in a process of its own: no variable and no chain is left of the one before. */
    async function run(store: CheckpointStore, stopAfter: number, chains = 20) {
      const lambda = tf.variable(tf.scalar(3));
      const loss = persistentContrastiveDivergence({ chains, steps: 2, stepSize: 0.1, seed: 5 });
      const model = energyModel({ manifold: euclidean(1), network: (p) => tf.mul(tf.div(lambda, 2), tf.sum(tf.square(p), 1)), seed: 6 });
      model.compile({ loss, optimizer: tf.train.adam(0.1) });
      const stop = new AbortController();
      const onBatchEnd = (batch: number) => {
        if (batch + 1 === stopAfter) stop.abort(new Error('stopped'));
      };
      const options = { epochs: 2, batchSize: 10, validationSplit: 0.2, checkpoint: { store }, resume: true, signal: stop.signal };
      const fitting = model.fit(normal(50, 1, 7), { ...options, ...(executor && { executor }), callbacks: { onBatchEnd } });
      if (stopAfter > 0) await expect(fitting).rejects.toThrow('stopped');
      else await fitting;
      const end = [...numbers(lambda), ...numbers(loss.chains() as tf.Variable)];
      loss.dispose();
      return end;
    }
    const inMemory = (): CheckpointStore => {
      let kept: Uint8Array | null = null;
      return {
        load: async () => kept,
        save: async (bytes) => {
          kept = bytes;
        },
      };
    };
    const straight = await run(inMemory(), 0);
    const store = inMemory();
    await run(store, 3);
    const other = run(store, 0, 21);
    await expect(other).rejects.toThrow(/another run .*lossState\.0: \[20,1\] there, \[21,1\] now/);
    expect(await run(store, 0)).toEqual(straight);
  });

  it.each<[PersistentOptions, RegExp]>([
    [{ chains: 0 }, /chains must be a positive integer; got 0/],
    [{ steps: 1.5 }, /steps must be a positive integer; got 1.5/],
    [{ stepSize: -1 }, /stepSize must be a positive number; got -1/],
    [{ manifold: euclidean(), dynamics: langevin() }, /either a manifold or dynamics/],
  ])('refuses %j', (options, message) => {
    expect(() => persistentContrastiveDivergence(options)).toThrow(message);
  });

  it('refuses a start of another shape', () => {
    const loss = persistentContrastiveDivergence({ chains: 4, start: normal(5, 2, 8) });
    expect(() => loss(bowl, x)).toThrow(/expected starting points \[4, 2\]; got \[5, 2\]/);
  });
});
