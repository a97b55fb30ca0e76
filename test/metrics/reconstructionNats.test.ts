import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { LatentDensity } from '../../metrics/latentDensity.ts';
import { reconstructionNats } from '../../metrics/reconstructionNats.ts';
import { densityOf, explicitVae, mlpNetworks } from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { randomStream } from '../../random/stream.ts';

/** Codes are the data themselves with noise of a deviation, and −log p(x|z) is ½|x − z|². */
const noisy = (deviation: number): LatentDensity => ({
  latent: euclidean(2),
  observation: (z, x) => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, z)), 1)) as tf.Tensor1D,
  prior: (z) => tf.mul(0, tf.sum(z, 1)) as tf.Tensor1D,
  encode: (x, seed) => tf.add(x, tf.mul(deviation, drawNoise(gaussian(), x.shape as [number, number], randomStream(seed)))) as tf.Tensor2D,
});

// More than one chunk.
const rows = tf.randomNormal([1500, 2], 0, 1, 'float32', 4) as tf.Tensor2D;

describe('reconstructionNats', () => {
  it('is the mean over rows, each in its place', async () => {
    const density: LatentDensity = { ...noisy(0), observation: (_, x) => tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]) };
    const { value, standardError } = await reconstructionNats(density, rows);
    const column = rows.arraySync().map(([first]) => first);
    const mean = column.reduce((sum, v) => sum + v / 1500, 0);
    expect(value).toBeCloseTo(mean, 6);
    expect(standardError).toBeCloseTo(Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (1499 * 1500)), 6);
  });

  it('has the mean of ½ σ² χ² with two degrees of freedom, and errors that fall with the draws', async () => {
    const before = tf.memory().numTensors;
    const once = await reconstructionNats(noisy(2), rows, { seed: 1 });
    const often = await reconstructionNats(noisy(2), rows, { seed: 1, draws: 16 });
    expect(tf.memory().numTensors).toBe(before);
    // Mean 4, deviation 4.
    for (const [found, draws] of [
      [once, 1],
      [often, 16],
    ] as const) {
      expect(Math.abs(found.value - 4)).toBeLessThan((4 * 4) / Math.sqrt(1500 * draws));
      expect(found.standardError / (4 / Math.sqrt(1500 * draws))).toBeCloseTo(1, 0.5);
    }
    expect(await reconstructionNats(noisy(2), rows, { seed: 1 })).toEqual(once);
    expect((await reconstructionNats(noisy(2), rows, { seed: 2 })).value).not.toBe(once.value);
  });

  it("is a model's own reconstruction", async () => {
    const model = explicitVae({ latent: euclidean(2), columns: 4, networks: mlpNetworks({ hidden: [6] }), seed: 3 });
    const x = tf.cast(tf.less(tf.randomUniform([400, 4], 0, 1, 'float32', 5), 0.4), 'float32') as tf.Tensor2D;
    const { value } = await reconstructionNats(densityOf(model), x, { draws: 20 });
    // Cross-entropies of the decoder's means, by definition.
    const means = Array.from({ length: 20 }, (_, seed) => model.reconstruct(x, { seed }).arraySync() as number[][]);
    const data = x.arraySync();
    const nats = means.flatMap((set) => set.map((row, i) => -row.reduce((sum, p, k) => sum + Math.log(data[i][k] ? p : 1 - p), 0)));
    const mean = nats.reduce((sum, v) => sum + v / nats.length, 0);
    const deviation = Math.sqrt(nats.reduce((sum, v) => sum + (v - mean) ** 2, 0) / nats.length);
    // Both have noise of their own; rows are the same.
    expect(Math.abs(value - mean)).toBeLessThan((4 * Math.SQRT2 * deviation) / Math.sqrt(nats.length));
    model.dispose();
  });

  it.each<[string, LatentDensity, object, RegExp]>([
    ['no encoder', { ...noisy(1), encode: undefined } as unknown as LatentDensity, {}, /the density has no encoder/],
    ['half a draw', noisy(1), { draws: 0.5 }, /draws must be a whole number of at least 1; got 0\.5/],
    [
      'what is not finite',
      { ...noisy(1), observation: (_, x) => tf.log(tf.neg(tf.square(tf.sum(x, 1)))) as tf.Tensor1D },
      {},
      /of row 0 is NaN/,
    ],
  ])('refuses %s', async (_, density, options, message) => {
    await expect(reconstructionNats(density, rows, options)).rejects.toThrow(message);
  });

  it('refuses rows that the model does not observe', async () => {
    const model = explicitVae({ latent: euclidean(2), columns: 2, networks: mlpNetworks({ hidden: [6] }) });
    await expect(reconstructionNats(densityOf(model), tf.tensor2d([[0, 0.5]]))).rejects.toThrow(/reconstructionNats\(x\).*0\.5/);
  });
});
