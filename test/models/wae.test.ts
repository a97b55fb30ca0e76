import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { gaussianLikelihood, mlpNetworks, type WaeRegulariser, wae } from '../../models/index.ts';
import { latentCosts } from '../../models/latent/latentStep.ts';
import { squaredDiscrepancy } from '../../models/wae/discrepancyRegulariser.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';
import { factorRows, linearNetworks } from '../support/factorData.ts';

const normal = (rows: number, columns: number, seed: number, scale = 1) => {
  const values = new Float32Array(rows * columns);
  randomStream(seed, 5).fill(values, 'gaussian');
  return tf.tensor2d(
    values.map((value) => scale * value),
    [rows, columns],
  );
};

describe('the maximum mean discrepancy', () => {
  it('is the U-statistic over pairs, by its definition', () => {
    const [x, y] = [normal(7, 3, 1).arraySync(), normal(7, 3, 2, 2).arraySync()];
    const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10].map((s) => 6 * s);
    const k = (a: number[], b: number[]) => {
      const square = a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
      return scales.reduce((sum, c) => sum + c / (c + square), 0);
    };
    let expected = 0;
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < 7; j++) {
        if (i !== j) expected += (k(x[i], x[j]) + k(y[i], y[j])) / 42;
        expected -= (2 * k(x[i], y[j])) / 49;
      }
    expect(squaredDiscrepancy(tf.tensor2d(x), tf.tensor2d(y)).dataSync()[0]).toBeCloseTo(expected, 4);
  });

  it('is 0 in the mean for points of one law, and not for two', () => {
    const values = (scale: number) =>
      Array.from({ length: 60 }, (_, i) => squaredDiscrepancy(normal(50, 2, 2 * i), normal(50, 2, 2 * i + 1, scale)).dataSync()[0]);
    const mean = (list: number[]) => list.reduce((sum, v) => sum + v / list.length, 0);
    const same = values(1);
    const error = Math.sqrt(mean(same.map((v) => v ** 2)) / 60);
    expect(Math.abs(mean(same))).toBeLessThan(4 * error);
    expect(mean(values(1.5))).toBeGreaterThan(8 * error);
  });
});

describe('penalties of codes', () => {
  const x = tf.tensor2d([
    [1, 0, 0.5, 0.2],
    [0, 1, 0.1, 0.9],
    [1, 1, 0, 0],
  ]);
  const options = (latent: Manifold, regulariser: WaeRegulariser) => ({
    latent,
    columns: 4,
    regulariser,
    networks: mlpNetworks({ hidden: [5], activation: 'tanh' as const }),
    seed: 1,
  });
  const silence = (model: ReturnType<typeof wae>, network: string) => {
    for (const weight of model.networks[network].weights) weight.write(tf.zeros(weight.shape as number[]));
  };
  const encoderGradients = (model: ReturnType<typeof wae>, noise: tf.NamedTensorMap) => {
    const variables = model.networks.encoder.trainableWeights.map((weight) => weight.read() as tf.Variable);
    return Object.values(tf.variableGrads(() => latentCosts(model.parts, x, noise).regulariser, variables).grads);
  };

  it.each([euclidean(2), sphere(2)])('leave codes alone on $name that the estimator takes for the prior', (latent) => {
    const model = wae(options(latent, 'mvl'));
    silence(model, 'energy');
    const m = latent.ambientDim as number;
    const blur = model.parts.regulariser.noise.find(({ name }) => name === 'blur')?.columns as number;
    const noise = { noise: normal(3, m, 1), blur: normal(3, blur, 2), directions: normal(3, m, 3) };
    for (const gradient of encoderGradients(model, noise)) expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeLessThan(1e-6);
  });

  it('are told by an energy that the network changes by a tenth of its output', () => {
    const model = wae(options(euclidean(2), 'mvl'));
    const z = normal(3, 2, 4);
    const variance = 1 + 0.25 ** 2;
    const blurredPrior = tf.add(tf.div(tf.sum(tf.square(z), 1), 2 * variance), Math.log(2 * Math.PI * variance));
    const expected = tf.add(blurredPrior, tf.mul(0.1, tf.squeeze(model.networks.energy.apply(z) as tf.Tensor2D, [1])));
    expect(tf.max(tf.abs(tf.sub(model.energy(z), expected))).dataSync()[0]).toBeLessThan(1e-5);
  });

  it('push codes to where the critic believes them, with its parameters held fixed', () => {
    const model = wae(options(euclidean(2), 'gan'));
    const noise = { noise: normal(3, 2, 1), prior: normal(3, 2, 2) };
    const critic = model.networks.critic;
    const z = model.parts.posterior.draw(x, noise).z;
    const logits = (at: tf.Tensor) => critic.apply(at) as tf.Tensor2D;
    const { regulariser, own } = latentCosts(model.parts, x, noise);
    const odds = (t: number) => Math.log1p(Math.exp(t));
    const mean = (values: Float32Array | Int32Array | Uint8Array, f: (t: number) => number) =>
      Array.from(values, f).reduce((sum, v) => sum + v / values.length, 0);
    expect(regulariser.dataSync()[0]).toBeCloseTo(
      mean(logits(z).dataSync(), (t) => odds(-t)),
      5,
    );
    const real = mean(logits(noise.prior).dataSync(), (t) => odds(-t));
    expect((own as tf.Scalar).dataSync()[0]).toBeCloseTo(real + mean(logits(z).dataSync(), odds), 5);
    const critics = critic.trainableWeights.map((weight) => weight.read() as tf.Variable);
    expect(() => tf.variableGrads(() => latentCosts(model.parts, x, noise).regulariser, critics)).toThrow(/Cannot find a connection/);
  });
});

describe.each<WaeRegulariser>(['mvl', 'gan', 'mmd'])('a Wasserstein autoencoder by %s', (regulariser) => {
  it.each([euclidean(2), sphere(1)])('brings the law of codes near the prior on $name', async (latent) => {
    const { rows } = factorRows(3000, 0.3);
    const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });
    const likelihood = gaussianLikelihood({ deviation: 1 });
    const model = wae({ latent, columns: 4, regulariser, likelihood, networks: linearNetworks, weight: 10, seed: 2 });
    // Codes far from the prior at first: the bias of the encoder's last layer.
    const biases = model.networks.encoder.weights.filter(({ shape }) => shape.length === 1);
    biases[biases.length - 1].write(tf.fill([latent.ambientDim as number], 1.5));
    const moments = () =>
      tf.tidy(() => {
        const z = model.encode(rows, { seed: 3 });
        const scale = latent.logVolume === null ? 1 : Math.sqrt(2);
        const { mean, variance } = tf.moments(tf.mul(scale, z), 0);
        return { mean: Array.from(mean.dataSync()), variance: Array.from(variance.dataSync()) };
      });
    expect(Math.max(...moments().mean.map(Math.abs))).toBeGreaterThan(0.6);
    model.compile({ optimizer: tf.train.rmsprop(2e-3) });
    await model.fit(rows, { epochs: 40, batchSize: 100, executor, averaging: 0.99, learningRate: (p) => 2e-3 * (1 - 0.9 * p) });
    const { mean, variance } = moments();
    for (const value of mean) expect(Math.abs(value)).toBeLessThan(0.25);
    for (const value of variance) expect(Math.abs(value - 1)).toBeLessThan(0.35);
  });
});
