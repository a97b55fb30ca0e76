import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { EnergyHead } from '../../../plugin/layers/EnergyHead.ts';
import { ManifoldNoise } from '../../../plugin/layers/ManifoldNoise.ts';
import { PeriodicFeatures } from '../../../plugin/layers/PeriodicFeatures.ts';
import { ScoreLayer } from '../../../plugin/layers/ScoreLayer.ts';
import { SphereProjection } from '../../../plugin/layers/SphereProjection.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { register } from '../../../plugin/register.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

register();
const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const x = normal(6, 3, 1);
const outputOf = (layer: tf.layers.Layer, input: tf.Tensor | tf.Tensor[] = x, training = false) =>
  layer.apply(input, { training }) as tf.Tensor2D;

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

const dense = (units: number) =>
  tf.layers.dense({ units, activation: 'tanh', kernelInitializer: tf.initializers.glorotUniform({ seed: units }) });
const energyNetwork = () => {
  const input = tf.input({ shape: [3] });
  const h = dense(3).apply(dense(8).apply(input)) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: new EnergyHead({ form: 'distance' }).apply([h, input]) as tf.SymbolicTensor });
};

describe('SphereProjection', () => {
  it('is radius · x/|x|, with finite derivatives at 0', () => {
    const y = outputOf(new SphereProjection({ radius: 2 }));
    expect(largest(tf.sub(y, tf.div(tf.mul(2, x), tf.norm(x, 2, 1, true))))).toBeLessThan(1e-6);
    const slope = tf.grad((p: tf.Tensor) => tf.sum(outputOf(new SphereProjection(), p)));
    expect(largest(slope(tf.zeros([2, 3])))).toBeLessThan(10);
    expect(new SphereProjection().getConfig().radius).toBe(1);
    expect(() => new SphereProjection({ radius: 0 })).toThrow(/radius must be a positive number; got 0/);
  });
});

describe('PeriodicFeatures', () => {
  it('is cosines and sines of the waves, the same a period further', () => {
    const layer = new PeriodicFeatures({ period: 4, harmonics: 2 });
    const [point] = outputOf(layer, tf.tensor2d([[0.3, 1]])).arraySync();
    const phases = [1, 2].flatMap((k) => [0.3, 1].map((v) => (Math.PI / 2) * k * v));
    expect(point).toEqual([...phases.map(Math.cos), ...phases.map(Math.sin)].map((v) => expect.closeTo(v, 6)));
    expect(layer.computeOutputShape([null, 2])).toEqual([null, 8]);
    expect(largest(tf.sub(outputOf(layer), outputOf(layer, tf.add(x, 4))))).toBeLessThan(1e-5);
    for (const config of [{ period: 0 }, { harmonics: 0 }, { harmonics: 1.5 }])
      expect(() => new PeriodicFeatures(config)).toThrow(/positive period and a positive integer of harmonics/);
  });
});

describe('ManifoldNoise', () => {
  const points = sphere(2).project(normal(4000, 3, 2));

  it('moves points along geodesics by σ in each direction, in training only', () => {
    const layer = new ManifoldNoise({ manifold: 'sphere:2', sigma: 0.1, seed: 3 });
    expect(numbers(outputOf(layer, points))).toEqual(numbers(points));
    const moved = outputOf(layer, points, true);
    expect(largest(tf.sub(tf.norm(moved, 2, 1), 1))).toBeLessThan(1e-6);
    const square = tf.mean(tf.square(sphere(2).dist(points, moved))).dataSync()[0];
    // Two directions: 2σ², off by √(1/4000) = 1.6 %.
    expect(Math.abs(square / (2 * 0.1 ** 2) - 1)).toBeLessThan(0.07);
  });

  it('draws anew at each call, from the seed', () => {
    const run = (seed: number) => {
      const layer = new ManifoldNoise({ manifold: sphere(2), sigma: 0.1, seed });
      return [0, 1].map(() => numbers(outputOf(layer, points, true))[0]);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)[0]).not.toBe(run(1)[1]);
    expect(run(1)[0]).not.toBe(run(2)[0]);
  });

  it('is active in fit of a layers model', async () => {
    const input = tf.input({ shape: [3] });
    const moved = new ManifoldNoise({ manifold: sphere(2), sigma: 0.5 }).apply(input) as tf.SymbolicTensor;
    const scale = tf.layers.dense({ units: 3, useBias: false, kernelInitializer: tf.initializers.identity({}) });
    const model = tf.model({ inputs: input, outputs: scale.apply(moved) as tf.SymbolicTensor });
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
    const { history } = await model.fit(points, points, { epochs: 1, batchSize: 4000, verbose: 0 });
    // |y − x|² is about 2σ² = 0.5 on three coordinates.
    expect(history.loss[0]).toBeGreaterThan(0.1);
    expect((model.evaluate(points, points) as tf.Scalar).dataSync()[0]).toBeLessThan(1e-9);
  });

  it('refuses a negative width and unknown manifolds', () => {
    expect(() => new ManifoldNoise({ manifold: 'sphere:2', sigma: -1 })).toThrow(/sigma must be a number of at least 0; got -1/);
    expect(() => new ManifoldNoise({ manifold: 'plane', sigma: 1 })).toThrow(/Unknown manifold "plane"/);
  });
});

describe('EnergyHead', () => {
  it('is ⟨h, x⟩, or ½|x − h|²', () => {
    const h = normal(6, 3, 4);
    const inner = numbers(tf.sum(tf.mul(h, x), 1));
    expect(numbers(outputOf(new EnergyHead(), [h, x]))).toEqual(inner.map((v) => expect.closeTo(v, 5)));
    const distance = numbers(tf.mul(0.5, tf.sum(tf.square(tf.sub(x, h)), 1)));
    const layer = new EnergyHead({ form: 'distance' });
    expect(outputOf(layer, [h, x]).shape).toEqual([6, 1]);
    expect(numbers(outputOf(layer, [h, x]))).toEqual(distance.map((v) => expect.closeTo(v, 5)));
  });

  it('refuses other forms and shapes', () => {
    expect(() => new EnergyHead({ form: 'outer' as 'inner' })).toThrow(/unknown form "outer"; expected one of inner, distance/);
    expect(() => outputOf(new EnergyHead(), [normal(6, 2, 5), x])).toThrow(/as many columns each; got shapes \[\[6,2\],\[6,3\]\]/);
  });
});

describe('ScoreLayer', () => {
  it('is −∇E by central differences, tangent on a manifold, and trains the network', () => {
    const network = energyNetwork();
    const layer = new ScoreLayer({ network });
    const score = outputOf(layer).arraySync();
    const h = 1e-2;
    const energy = (point: tf.Tensor) => numbers(network.predict(point) as tf.Tensor);
    for (const i of [0, 1, 2]) {
      const step = tf.mul(h, tf.oneHot(tf.tensor1d([i], 'int32'), 3));
      const [ahead, behind] = [energy(tf.add(x, step)), energy(tf.sub(x, step))];
      // h² and 1e-7/h: 1e-4 and 1e-5.
      for (const [row, value] of ahead.entries()) expect(Math.abs(score[row][i] + (value - behind[row]) / (2 * h))).toBeLessThan(1e-3);
    }
    const points = sphere(2).project(x);
    const tangent = outputOf(new ScoreLayer({ network, manifold: 'sphere:2' }), points);
    expect(largest(tf.sum(tf.mul(tangent, points), 1))).toBeLessThan(1e-6);
    expect(largest(tangent)).toBeGreaterThan(0.1);
    expect(layer.trainableWeights).toHaveLength(4);
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(outputOf(layer))) as tf.Scalar);
    expect(Object.values(grads).some((g) => largest(g) > 1e-3)).toBe(true);
  });

  it('refuses a network that does not fit the manifold', () => {
    expect(() => new ScoreLayer({ network: energyNetwork(), manifold: sphere(3) })).toThrow(
      /takes points of 3 columns, those of sphere:3 have 4/,
    );
  });
});

describe('a model of all of them', () => {
  const build = (network: tf.LayersModel) => {
    const input = tf.input({ shape: [3] });
    const on = new SphereProjection({ radius: 1, name: 'on' }).apply(input) as tf.SymbolicTensor;
    const noisy = new ManifoldNoise({ manifold: sphere(2), sigma: 0.1, seed: 4, name: 'noisy' }).apply(on) as tf.SymbolicTensor;
    const score = new ScoreLayer({ network, manifold: sphere(2), name: 'score' }).apply(noisy) as tf.SymbolicTensor;
    const waves = new PeriodicFeatures({ period: 3, harmonics: 2, name: 'waves' }).apply(score) as tf.SymbolicTensor;
    const energy = new EnergyHead({ form: 'inner', name: 'energy' }).apply([
      dense(3).apply(waves) as tf.SymbolicTensor,
      on,
    ]) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: energy });
  };

  it.each([
    ['functional', energyNetwork],
    ['sequential', () => tf.sequential({ layers: [tf.layers.dense({ units: 5, activation: 'tanh', inputShape: [3] }), dense(1)] })],
  ] as const)('comes back from a saved model, its network %s', async (_, make) => {
    const model = build(make());
    const loaded = await reloaded(model);
    for (const name of ['on', 'noisy', 'score', 'waves', 'energy'])
      expect(JSON.stringify(loaded.getLayer(name).getConfig())).toBe(JSON.stringify(model.getLayer(name).getConfig()));
    expect(numbers(loaded.predict(x) as tf.Tensor)).toEqual(numbers(model.predict(x) as tf.Tensor));
  });

  it('leaves no tensors behind', () => {
    const model = build(energyNetwork());
    (model.predict(x) as tf.Tensor).dispose();
    const before = tf.memory().numTensors;
    (model.apply(x, { training: true }) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
