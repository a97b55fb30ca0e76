import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { latentLikelihood } from '../../metrics/latentLikelihood.ts';
import { densityOf, explicitVae, gaussianLikelihood, implicitVae, type LatentModel, wae } from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { factorRows, linearGaussian, linearNetworks } from '../support/factorData.ts';

const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });
const DEVIATION = 0.5;
const options = {
  latent: euclidean(2),
  columns: 4,
  likelihood: gaussianLikelihood({ deviation: DEVIATION }),
  networks: linearNetworks,
  seed: 1,
};

/** The law of the data under a model with a linear decoder. */
function lawOf(model: LatentModel) {
  const [kernel, bias] = model.networks.decoder.getWeights().map((weight) => weight.arraySync());
  return linearGaussian(kernel as number[][], bias as number[], DEVIATION);
}

const meanLogDensity = (model: LatentModel, rows: tf.Tensor2D) => {
  const { logDensity } = lawOf(model);
  const values = (rows.arraySync() as number[][]).map(logDensity);
  return values.reduce((sum, value) => sum + value / values.length, 0);
};

const { rows: train, loadings, shift } = factorRows(4000, DEVIATION);
const truth = linearGaussian(
  loadings[0].map((_, j) => loadings.map((row) => row[j])),
  shift,
  DEVIATION,
);
const best = (train.arraySync() as number[][]).reduce((sum, row) => sum + truth.logDensity(row) / 4000, 0);

const falling = (progress: number) => 5e-3 * (1 - 0.95 * progress);

describe.each([
  ['explicit', () => explicitVae(options)],
  ['implicit', () => implicitVae(options)],
])('an %s VAE with a linear decoder', (_, make) => {
  const model = make();

  it('learns the density and the posterior of linear Gaussian data', async () => {
    model.compile({ optimizer: tf.train.adam(5e-3, 0.5) });
    const { history } = await model.fit(train, { epochs: 60, batchSize: 200, executor, learningRate: falling, averaging: 0.99 });
    expect(history.reconstruction).toHaveLength(60);
    // The truth cannot be beaten by more than half the number of parameters over the number of rows. Posteriors of this model are normal but not independent:
    // the explicit one loses what its bound is off by.
    const found = meanLogDensity(model, train);
    expect(found).toBeLessThan(best + 12 / 2 / 4000 + 0.002);
    expect(found).toBeGreaterThan(best - 0.02);
    const { posterior } = lawOf(model);
    const x = tf.tile(tf.slice(train, [0, 0], [1, 4]), [4000, 1]) as tf.Tensor2D;
    const z = model.encode(x, { seed: 4 });
    const centred = tf.sub(z, tf.mean(z, 0));
    const covariance = tf.div(tf.matMul(centred as tf.Tensor2D, centred as tf.Tensor2D, true), 4000).arraySync() as number[][];
    // A wrong sign or factor of the entropy's gradient is off by factors of two, if it does not run away.
    const size = Math.sqrt(posterior[0][0] * posterior[1][1]);
    for (const i of [0, 1]) for (const j of [0, 1]) expect(Math.abs(covariance[i][j] - posterior[i][j])).toBeLessThan(0.15 * size);
  });

  it('has the likelihood that it should, by annealing from the encoder and from the prior', async () => {
    const { logDensity } = lawOf(model);
    const x = tf.slice(train, [0, 0], [40, 4]) as tf.Tensor2D;
    const exact = (x.arraySync() as number[][]).map(logDensity);
    const mean = exact.reduce((sum, value) => sum + value / 40, 0);
    const before = tf.memory().numTensors;
    for (const [start, temperatures] of [
      ['encoder', 20],
      ['prior', 60],
    ] as const) {
      const found = await latentLikelihood(densityOf(model), x, {
        start,
        temperatures,
        leapfrogs: 5,
        chains: 32,
        seed: 1,
        executor,
        chunk: 25,
      });
      expect(Math.abs(-found.nll - mean)).toBeLessThan(0.05);
      expect(found.logLikelihoods).toHaveLength(40);
      expect(found.gap).toBeNull();
      found.logLikelihoods.forEach((value, i) => {
        expect(Math.abs(value - exact[i])).toBeLessThan(6 * found.chainError + 0.05);
      });
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is bracketed on data that it has drawn itself', async () => {
    const truth = tf.randomNormal([30, 2], 0, 1, 'float32', 3) as tf.Tensor2D;
    const x = model.likelihood.draw(model.decoderOutput(truth), tf.randomNormal([30, 4], 0, 1, 'float32', 4) as tf.Tensor2D);
    const { logDensity } = lawOf(model);
    const exact = (x.arraySync() as number[][]).reduce((sum, row) => sum + logDensity(row) / 30, 0);
    const found = await latentLikelihood(densityOf(model), x, { temperatures: 30, leapfrogs: 5, chains: 32, seed: 2, executor, truth });
    expect(-found.nll).toBeLessThan(exact + 0.02);
    expect(-found.nll + (found.gap as number)).toBeGreaterThan(exact - 0.02);
    expect(found.gap).toBeLessThan(0.1);
  });
});

it('starts from the prior where no law is fitted to codes', async () => {
  const model = wae({ latent: torus(1), columns: 4, networks: linearNetworks, likelihood: options.likelihood, regulariser: 'mmd' });
  const x = tf.slice(train, [0, 0], [3, 4]) as tf.Tensor2D;
  const settings = { temperatures: 20, chains: 8, leapfrogs: 3, seed: 1, executor };
  const found = await latentLikelihood(densityOf(model), x, settings);
  expect(found.logLikelihoods).toEqual((await latentLikelihood(densityOf(model), x, { ...settings, start: 'prior' })).logLikelihoods);
  await expect(latentLikelihood(densityOf(model), x, { ...settings, start: 'encoder' })).rejects.toThrow(
    /no law to start from is fitted to codes on torus:1/,
  );
});
