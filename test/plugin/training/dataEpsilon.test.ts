import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportTrainStep, onnxruntimeExecutor } from '../../../exporters/index.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { type EnergyModel, energyModel, type LossOption } from '../../../plugin/energy/energyModel.ts';
import { dataScale } from '../../../plugin/losses/dataScale.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { chart } from '../../../plugin/manifolds/chart.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/** E = λ|x|²/2 with log λ trained. */
function bowl(lambda: number) {
  const logarithm = tf.variable(tf.scalar(Math.log(lambda)));
  const energy: Energy = (x) => tf.mul(tf.mul(0.5, tf.exp(logarithm)), tf.sum(tf.square(x), 1));
  const model = energyModel({ manifold: euclidean(2), network: energy });
  return { model, lambda: () => Math.exp(numbers(logarithm)[0]) };
}

const SMALL = 0.01;
const x = tf.mul(SMALL, normal(500, 2, 1)) as tf.Tensor2D;
const scale = Number(dataScale(x).toPrecision(3));

async function epsilonOf(loss: LossOption | undefined, options: FitOptions = {}): Promise<number | null | undefined> {
  const { model } = bowl(1 / SMALL ** 2);
  model.compile({ optimizer: tf.train.sgd(0), ...(loss && { loss }) });
  await model.fit(x, { epochs: 1, batchSize: 500, ...options });
  return model.summary?.epsilon;
}

describe('a step ε that is left open', () => {
  it('follows the scale of the data, so that an energy of narrow data is learnt', async () => {
    // A fixed ε of 1e-3 is 10 s²: from 4 s² on the loss falls without end as λ grows.
    const { model, lambda } = bowl(3 / SMALL ** 2);
    model.compile({ optimizer: tf.train.adam(0.05), loss: mvlLd({ noise: 'rademacher' }) });
    await model.fit(x, { epochs: 60, batchSize: 250 });
    expect(model.summary?.epsilon).toBeCloseTo(1e-3 * scale ** 2, 12);
    const variance = tf.mean(tf.square(x)).dataSync()[0];
    expect(Math.abs(lambda() * variance - 1)).toBeLessThan(0.03);
  });

  it.each<[string, LossOption | undefined, FitOptions, number | null]>([
    ['the default loss', undefined, {}, 1e-3 * scale ** 2],
    ['training points alone, not those to validate on', undefined, { validationData: tf.mul(10, x) as tf.Tensor2D }, 1e-3 * scale ** 2],
    ['a function', (epsilon: number, s: number) => mvlLd({ epsilon, scale: s }), {}, 1e-3 * scale ** 2],
    ['smoothing, which decides alone', undefined, { smoothing: 0.1 }, 0.02 * 0.1 ** 2],
    ['an ε of your own', mvlLd({ epsilon: 0.002 }), {}, 0.002],
    ['a scale of your own', mvlLd({ scale: 0.5 }), {}, 1e-3 * 0.5 ** 2],
    ['a scale of your own and smoothing', mvlLd({ scale: 0.5 }), { smoothing: 0.1 }, 0.02 * 0.1 ** 2],
    ['the limit', mvlLd({ epsilon: 0 }), {}, 0],
    ['a loss without ε', exactScoreMatching(), {}, null],
  ])('%s', async (_, loss, options, expected) => {
    const found = await epsilonOf(loss, options);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 12);
  });

  it('is in the log, and in the fingerprint of a checkpoint', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    let bytes: Uint8Array | null = null;
    const store = {
      load: async () => bytes,
      save: async (saved: Uint8Array) => {
        bytes = saved;
      },
    };
    await epsilonOf(undefined, { verbose: 1, checkpoint: { store } });
    const written = write.mock.calls.map(([line]) => String(line));
    write.mockRestore();
    expect(written[0]).toBe(`mvlLd, ε = ${(1e-3 * scale ** 2).toPrecision(3)}\n`);
    const text = new TextDecoder().decode(bytes as unknown as Uint8Array);
    const [, epsilon] = /\\"epsilon\\":\[([^,]+),/.exec(text) as RegExpExecArray;
    expect(Number(epsilon)).toBeCloseTo(1e-3 * scale ** 2, 12);
    await expect(epsilonOf(mvlLd({ epsilon: 1e-3 }), { checkpoint: { store }, resume: true })).rejects.toThrow(
      /another run .*epsilon: \[\d\.\d*e-8,\d\.\d*e-8\] there, \[0\.001,0\.001\] now/,
    );
  });

  it('stays with the model for an exported step, until it is compiled or fitted anew', async () => {
    const exported = async (model: EnergyModel) => (await exportTrainStep(model)).card.epsilon;
    const { model } = bowl(1 / SMALL ** 2);
    model.compile({ optimizer: tf.train.adam(0.1) });
    expect(await exported(model)).toBe(1e-3);
    await model.fit(x, { epochs: 1 });
    expect(await exported(model)).toBeCloseTo(1e-3 * scale ** 2, 12);
    await model.fit(tf.mul(100, x), { epochs: 1 });
    expect(await exported(model)).toBeCloseTo(10 * scale ** 2, 3);
    model.compile({ optimizer: tf.train.adam(0.1) });
    expect(await exported(model)).toBe(1e-3);
  });

  it('is as good for an executor, however small', async () => {
    const run = async (options: FitOptions) => {
      const { model, lambda } = bowl(1e6);
      model.compile({ optimizer: tf.train.adam(0.05) });
      const { history } = await model.fit(tf.mul(0.1, x), { epochs: 2, batchSize: 200, ...options });
      expect(model.summary?.epsilon).toBeLessThan(1e-8);
      return [Math.log(lambda()), ...history.loss];
    };
    const [own, theirs] = [await run({ executor: onnxruntimeExecutor(ort) }), await run({})];
    // Round-off of a term, 3.7e-7/ε, beside its size, 2/s²: 2e-4.
    for (const [i, value] of own.entries()) expect(Math.abs(value / theirs[i] - 1)).toBeLessThan(1e-3);
  });

  it('is that of scale 1 where there is no scale to measure', async () => {
    const { model } = bowl(1);
    await model.fit(tf.ones([20, 2]), { epochs: 1 });
    expect(model.summary?.epsilon).toBe(1e-3);
    expect(() =>
      dataScale(
        x,
        chart((p) => tf.onesLike(p), { dim: 2 }),
      ),
    ).toThrow(/has no logarithm in closed form/);
  });
});
