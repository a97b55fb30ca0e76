import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { mlpEnergy } from '../../../plugin/energy/mlpEnergy.ts';
import { networkEnergy } from '../../../plugin/energy/networkEnergy.ts';
import type { LossName, LossSettings } from '../../../plugin/layers/namedObjectives.ts';
import { noiseSource } from '../../../plugin/layers/noiseSource.ts';
import { ObjectiveLayer } from '../../../plugin/layers/ObjectiveLayer.ts';
import { ScoreLayer } from '../../../plugin/layers/ScoreLayer.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { denoisingLoss } from '../../../plugin/losses/denoisingLoss.ts';
import { denoisingPairs } from '../../../plugin/losses/denoisingPairs.ts';
import { denoisingScoreMatching } from '../../../plugin/losses/denoisingScoreMatching.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { meanOutput } from '../../../plugin/losses/meanOutput.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { slicedScoreMatching } from '../../../plugin/losses/slicedScoreMatching.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { register } from '../../../plugin/register.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

register();
const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const SEED = 3;
const mlp = (columns: number) => mlpEnergy({ manifold: euclidean(columns), hidden: [6], seed: 1 });

/** E = λx²/2 with one trained weight √(λ/2). */
function bowl(lambda: number): tf.LayersModel {
  const input = tf.input({ shape: [1] });
  const kernelInitializer = tf.initializers.constant({ value: Math.sqrt(lambda / 2) });
  const scaled = tf.layers.dense({ units: 1, useBias: false, kernelInitializer }).apply(input) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: tf.layers.multiply().apply([scaled, scaled]) as tf.SymbolicTensor });
}
const lambdaOf = (network: tf.LayersModel) => 2 * numbers(network.getWeights()[0])[0] ** 2;

/** A model that ends in its loss. */
const trainer = (layer: ObjectiveLayer) => tf.sequential({ layers: [layer] });

/** What comes back from a saved model. */
async function reloaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = { ...JSON.parse(JSON.stringify(artifacts)), weightData: artifacts.weightData };
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  return tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
}

const globe = sphere(2);
const CASES: readonly (readonly [LossName, LossSettings, 'euclidean' | 'sphere:2', Objective])[] = [
  ['mvlLd', { epsilon: 0.01 }, 'euclidean', mvlLd({ epsilon: 0.01 })],
  ['mvlLd', { noise: 'antithetic', scale: 2 }, 'euclidean', mvlLd({ noise: 'antithetic', scale: 2 })],
  ['mvlRld', { epsilon: 0.02, noise: 'rademacher' }, 'sphere:2', mvlRld({ manifold: globe, epsilon: 0.02, noise: 'rademacher' })],
  ['mvlRld', { route: 'chart' }, 'sphere:2', mvlRld({ manifold: globe, route: 'chart' })],
  ['ssmVr', {}, 'sphere:2', ssmVr({ manifold: globe })],
  ['slicedScoreMatching', { noise: 'rademacher' }, 'euclidean', slicedScoreMatching({ noise: 'rademacher' })],
  ['exactScoreMatching', {}, 'sphere:2', exactScoreMatching(globe)],
  ['denoisingScoreMatching', { sigmas: [0.1, 0.5] }, 'euclidean', denoisingScoreMatching({ sigmas: [0.1, 0.5] })],
  ['denoisingScoreMatching', { sigma: 0.2 }, 'sphere:2', denoisingScoreMatching({ sigma: 0.2, manifold: globe })],
  ['contrastiveDivergence', {}, 'sphere:2', contrastiveDivergence({ manifold: globe })],
];

describe('ObjectiveLayer', () => {
  it.each(CASES)('trains by %s with %j on %s as the loss itself does', async (loss, options, manifold, objective) => {
    const network = mlp(3);
    const x = manifold === 'euclidean' ? normal(12, 3, 5) : globe.project(normal(12, 3, 5));
    const layer = new ObjectiveLayer({ network, manifold, loss, options, seed: SEED });
    const energy = networkEnergy(network, objective.manifold);
    const noise = objective.noise && noiseSource('twin', SEED).draw(objective.noise.shape([12, 3]), true);
    const signed = noise && (objective.noise?.distribution === 'rademacher' ? tf.sign(noise) : noise);
    const weights = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => objective(energy, x, signed ?? undefined), weights);
    const before = network.getWeights().map((weight) => tf.clone(weight));

    const model = trainer(layer);
    model.compile({ optimizer: tf.train.sgd(0.01), loss: meanOutput });
    const { history } = await model.fit(x, tf.zeros([12, 1]), { epochs: 1, batchSize: 12, shuffle: false, verbose: 0 });

    // The same operations, but for the order of a mean.
    expect(history.loss[0]).toBeCloseTo(value.dataSync()[0], 4);
    for (const [i, weight] of network.getWeights().entries()) {
      const gradient = grads[weights[i].name];
      const step = tf.sub(before[i], weight);
      expect(largest(tf.sub(step, tf.mul(0.01, gradient)))).toBeLessThan(1e-6 * (1 + largest(gradient)));
    }
    expect(Object.values(grads).some((gradient) => largest(gradient) > 0.05)).toBe(true);
  });

  it('learns λ = 1 from N(0, 1) by model.fit, in the network that it was given', async () => {
    const network = bowl(3);
    const model = trainer(new ObjectiveLayer({ network, options: { epsilon: 0.01, noise: 'rademacher' } }));
    model.compile({ optimizer: tf.train.adam(0.05), loss: meanOutput });
    const x = normal(1000, 1, 6);
    // In batches, whose order tfjs would draw without a seed, and then all at once, which leaves no noise of batches behind.
    for (const [epochs, batchSize] of [
      [20, 100],
      [60, 1000],
    ])
      await model.fit(x, tf.zeros([1000, 1]), { epochs, batchSize, shuffle: false, verbose: 0 });
    // 1/variance of the points; the loss's minimum is at λ(1 + ⅜ελ…) of it, within ε.
    const variance = tf.mean(tf.square(x)).dataSync()[0];
    expect(Math.abs(lambdaOf(network) * variance - 1)).toBeLessThan(0.03);
    const ebm = energyModel({ manifold: euclidean(1), network });
    expect(numbers(ebm.score([[2]]))[0]).toBeCloseTo(-2 * lambdaOf(network), 4);
  });

  it("counts the network's regularisers, once", async () => {
    const input = tf.input({ shape: [2] });
    const kernelRegularizer = tf.regularizers.l2({ l2: 10 });
    const network = tf.model({
      inputs: input,
      outputs: tf.layers.dense({ units: 1, kernelInitializer: 'ones', kernelRegularizer }).apply(input) as tf.SymbolicTensor,
    });
    const model = trainer(new ObjectiveLayer({ network, loss: 'exactScoreMatching' }));
    model.compile({ optimizer: tf.train.sgd(0), loss: meanOutput });
    const { history } = await model.fit(tf.ones([4, 2]), tf.zeros([4, 1]), { epochs: 1, verbose: 0 });
    // |∇E|² − 2ΔE = 2, and 10 times the sum of the squares, 2.
    expect(history.loss[0]).toBeCloseTo(22, 4);
  });

  it('draws anew in training, and always the same where it evaluates', () => {
    const layer = new ObjectiveLayer({ network: mlp(2), seed: SEED });
    const x = normal(50, 2, 7);
    const at = (training: boolean) => numbers(layer.apply(x, { training }) as tf.Tensor)[0];
    expect(at(true)).not.toBe(at(true));
    expect(at(false)).toBe(at(false));
    expect(numbers(new ObjectiveLayer({ network: mlp(2), seed: 4 }).apply(x) as tf.Tensor)[0]).not.toBe(at(false));
  });

  it('comes back from a saved model, the network in it', async () => {
    const settings = { manifold: globe, loss: 'mvlRld', options: { epsilon: 0.02, noise: 'antithetic' }, seed: 5 } as const;
    const layer = new ObjectiveLayer({ network: mlp(3), name: 'objective', ...settings });
    const model = trainer(layer);
    const x = globe.project(normal(8, 3, 8));
    const loaded = await reloaded(model);
    expect(JSON.stringify(loaded.getLayer('objective').getConfig())).toBe(JSON.stringify(layer.getConfig()));
    expect(numbers(loaded.predict(x) as tf.Tensor)).toEqual(numbers(model.predict(x) as tf.Tensor));
    loaded.compile({ optimizer: 'sgd', loss: meanOutput });
    await loaded.fit(x, tf.zeros([8, 1]), { epochs: 1, verbose: 0 });
    expect(numbers(loaded.getWeights()[0])).not.toEqual(numbers(model.getWeights()[0]));
  });

  it('leaves no tensors behind', async () => {
    const model = trainer(new ObjectiveLayer({ network: mlp(2), loss: 'ssmVr' }));
    model.compile({ optimizer: tf.train.sgd(0.1), loss: meanOutput });
    const [x, y] = [normal(8, 2, 9), tf.zeros([8, 1])];
    const once = () => model.fit(x, y, { epochs: 1, verbose: 0 });
    await once();
    const before = tf.memory().numTensors;
    await once();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what it cannot do', () => {
    const network = mlp(3);
    const make = (config: object) => () => new ObjectiveLayer({ network, ...config });
    expect(make({ loss: 'svgdKsd' })).toThrow(
      /unknown loss "svgdKsd"; expected one of mvlLd, .*no term for each sample: train with energyModel/,
    );
    expect(make({ manifold: 'sphere:2', loss: 'mvlLd' })).toThrow(/mvlLd is for flat space; on sphere:2 use mvlRld/);
    expect(make({ options: { epsilon: tf.scalar(1) } })).toThrow(/options.epsilon is nothing that is saved with a model/);
    expect(make({ options: { manifold: 'sphere:2' } })).toThrow(/options.manifold is nothing/);
    expect(make({ loss: 'denoisingScoreMatching' })).toThrow(/give either sigma, a number, or sigmas/);
    expect(make({ network: undefined })).toThrow(/network must be a tf.LayersModel, such as mlpEnergy\(\{ manifold \}\); got undefined/);
    expect(make({ manifold: 'sphere:3' })).toThrow(/takes points of 3 columns, those of sphere:3 have 4/);
  });
});

describe('denoisingLoss', () => {
  it('has the gradient of the mean square, and the value of L in the mean', () => {
    const [score, target] = [normal(5, 2, 10), normal(5, 2, 11)];
    const [slope] = tf.grads((s: tf.Tensor, t: tf.Tensor) => tf.sum(denoisingLoss(t, s)))([score, target]);
    expect(largest(tf.sub(slope, tf.mul(2, tf.sub(score, target))))).toBeLessThan(1e-6);
    // s(y) = −λy on N(0, 1) blurred by σ: λ²(1 + σ²) − 2λ.
    const [lambda, sigma] = [0.7, 0.5];
    const { noisy, target: t } = denoisingPairs(normal(40_000, 1, 12), { sigma, seed: 13 });
    const value = tf.mean(denoisingLoss(t, tf.mul(-lambda, noisy))).dataSync()[0];
    // Standard deviation of a term about 3.
    expect(Math.abs(value - (lambda ** 2 * (1 + sigma ** 2) - 2 * lambda))).toBeLessThan(4 * (3 / 200));
  });

  it('makes a ScoreLayer learn λ = 1/(1 + σ²) from N(0, 1), noise fresh in each epoch', async () => {
    const [network, sigma] = [bowl(3), 0.5];
    const model = tf.sequential({ layers: [new ScoreLayer({ network })] });
    model.compile({ optimizer: tf.train.sgd(0.005), loss: denoisingLoss });
    const x = normal(1000, 1, 14);
    for (let epoch = 0; epoch < 60; epoch++) {
      const { noisy, target } = denoisingPairs(x, { sigma, seed: epoch });
      await model.fit(noisy, target, { epochs: 1, batchSize: 1000, verbose: 0 });
      tf.dispose([noisy, target]);
    }
    const variance = tf.mean(tf.square(x)).dataSync()[0];
    // One step in 200 to go, and the noise of a gradient, 4.5/√1000, moves the end by 1.4 %.
    expect(Math.abs(lambdaOf(network) * (variance + sigma ** 2) - 1)).toBeLessThan(0.06);
  });

  it('is the loss without its control variate, but for what does not depend on the score, on a sphere too', () => {
    const sigma = 0.3;
    const x = globe.project(normal(20, 3, 15));
    const network = mlp(3);
    const layer = new ScoreLayer({ network, manifold: globe });
    const { noisy, target } = denoisingPairs(x, { sigma, manifold: globe, seed: 16 });
    const found = tf.add(denoisingLoss(target, layer.apply(noisy) as tf.Tensor), tf.sub(tf.sum(tf.square(target), 1), 2 / sigma ** 2));
    const noise = drawNoise(gaussian(3), [20, 3], randomStream(16));
    const loss = denoisingScoreMatching({ sigma, manifold: globe, controlVariate: false });
    const terms = loss.terms?.(networkEnergy(network, globe), x, noise) as tf.Tensor;
    expect(largest(tf.sub(found, terms))).toBeLessThan(1e-4);
    expect(() => denoisingPairs(x, { sigma: 0 })).toThrow(/sigma must be a positive number; got 0/);
  });
});
