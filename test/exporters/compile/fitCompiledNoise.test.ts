import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compiledModel } from '../../../exporters/compile/fit/layersModel.ts';
import { noiseOf } from '../../../exporters/compile/fit/noiseLayers.ts';
import { trainProgram } from '../../../exporters/compile/fit/trainProgram.ts';
import { fitCompiled } from '../../../exporters/index.ts';
import { classes, dense, distance, eager } from './fitCompiledSupport.ts';

const LAYERS: Readonly<Record<string, () => tf.layers.Layer>> = {
  dropout: () => tf.layers.dropout({ rate: 0.3 }),
  'dropout with a noise shape': () => tf.layers.dropout({ rate: 0.4, noiseShape: [null, 1, 6] as number[] }),
  spatialDropout1d: () => tf.layers.spatialDropout1d({ rate: 0.3 } as never),
  gaussianNoise: () => tf.layers.gaussianNoise({ stddev: 0.5 }),
  gaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.3 }),
  alphaDropout: () => tf.layers.alphaDropout({ rate: 0.3 }),
};

function noisyModel(make: () => tf.layers.Layer): tf.Sequential {
  const model = tf.sequential({
    layers: [dense(6, 1, { inputShape: [2, 2], activation: 'tanh' }), make(), tf.layers.flatten(), dense(3, 2, { activation: 'softmax' })],
  });
  model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** The program of a model's step, for what it draws. */
const programOf = (model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor, seed = 1) =>
  trainProgram(
    compiledModel(model),
    { train: [x, y], inputs: 1 },
    { batchSize: 10, shuffle: true, seed, learningRate: () => 0.1, steps: 1 },
  );

describe('noise layers', () => {
  let x: tf.Tensor;
  let y: tf.Tensor;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    const points = classes(52);
    x = tf.reshape(points.x, [52, 2, 2]);
    y = points.y;
  });

  it.each(Object.keys(LAYERS))('%s: the formula is that of tfjs', (name) => {
    const layer = LAYERS[name]();
    const given = tf.randomNormal([5, 2, 6], 1, 1, 'float32', 3);
    // tfjs seeds each draw with Math.random().
    const chance = jest.spyOn(Math, 'random').mockReturnValue(0.37);
    const noise = noiseOf(layer);
    const shape = noise?.shape(given) as number[];
    const drawn = noise?.distribution === 'gaussian' ? tf.randomNormal(shape) : tf.randomUniform(shape);
    const theirs = layer.apply(given, { training: true }) as tf.Tensor;
    chance.mockRestore();
    const ours = noise?.apply(given, drawn) as tf.Tensor;
    expect(distance([ours], [theirs])).toBeLessThan(1e-6);
    expect(distance([ours], [given])).toBeGreaterThan(0.1);
  });

  it.each(Object.keys(LAYERS))('%s: onnxruntime trains as tfjs does with the same noise', async (name) => {
    const [ours, theirs] = [noisyModel(LAYERS[name]), noisyModel(LAYERS[name])];
    const options = { epochs: 5, batchSize: 16, seed: 11 };
    const reference = await fitCompiled(theirs, x, y, { ...options, executor: eager });
    const { history } = await fitCompiled(ours, x, y, { ...options, ort, validationData: [x, y] });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(1e-5);
    expect(Math.abs(history.loss[4] - reference.history.loss[4])).toBeLessThan(1e-5);
    const other = noisyModel(LAYERS[name]);
    await fitCompiled(other, x, y, { ...options, seed: 12, shuffle: false, ort });
    expect(distance(other.getWeights(), ours.getWeights())).toBeGreaterThan(1e-3);
    // Validation is without noise, and the layers are their own again.
    const [loss] = (ours.evaluate(x, y) as tf.Scalar[]).map((value) => value.dataSync()[0]);
    expect(Math.abs(history.val_loss[4] - loss)).toBeLessThan(1e-5);
    expect(ours.layers.some((layer) => Object.hasOwn(layer, 'call'))).toBe(false);
    const draws = [1, 2].map(() => ours.layers[1].apply(tf.ones([5, 2, 6]), { training: true }) as tf.Tensor);
    expect(distance([draws[0]], [draws[1]])).toBeGreaterThan(0);
  });

  it('keeps units with the probability 1 − rate, and their mean', () => {
    const rate = 0.3;
    const [m, n] = [20, 50];
    const model = tf.sequential({ layers: [tf.layers.dropout({ rate, inputShape: [n] }), dense(3, 2)] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const program = programOf(model, tf.zeros([m, n]), tf.zeros([m, 3]));
    const [{ name, shape }] = program.inputs;
    expect(shape).toEqual(['batch', n]);
    const masks = [0, 1, 2, 3].map((step) => {
      const into = new Float32Array(m * n);
      program.draw(name, step, into);
      expect(into.every((u) => u >= 0 && u <= 1)).toBe(true);
      return [
        ...(noiseOf(model.layers[0])
          ?.apply(tf.ones([m, n]), tf.tensor(into, [m, n]))
          .dataSync() ?? []),
      ];
    });
    const all = masks.flat();
    const kept = all.filter((value) => value > 0).length / all.length;
    // Four standard deviations of a share among 4000.
    expect(Math.abs(kept - (1 - rate))).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / all.length));
    expect(all.every((value) => value === 0 || Math.abs(value - 1 / (1 - rate)) < 1e-6)).toBe(true);
    // Independent from step to step: two masks agree in p² + (1 − p)² = 0.58 of the places.
    const agreement = masks[0].filter((value, i) => value > 0 === masks[1][i] > 0).length / masks[0].length;
    expect(Math.abs(agreement - 0.58)).toBeLessThan(0.07);
  });

  it('gives each use of a layer its own noise, also inside other models and wrappers, and none to layers at rest', async () => {
    const build = () => {
      const shared = tf.layers.dropout({ rate: 0.5, name: 'shared' });
      const inner = tf.sequential({ layers: [dense(4, 3, { inputShape: [6] }), tf.layers.gaussianNoise({ stddev: 0.1, name: 'inner' })] });
      const input = tf.input({ shape: [2, 2] });
      const wrapped = tf.layers.timeDistributed({ layer: tf.layers.dropout({ rate: 0.2, name: 'wrapped' }) }).apply(input);
      const flat = tf.layers.flatten().apply(wrapped);
      const once = shared.apply(dense(6, 1).apply(flat));
      const twice = shared.apply(dense(6, 2).apply(once));
      const still = tf.layers.dropout({ rate: 0, name: 'still' }).apply(inner.apply(twice));
      const model = tf.model({ inputs: input, outputs: dense(3, 4).apply(still) as tf.SymbolicTensor });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      return model;
    };
    const [ours, theirs] = [build(), build()];
    const program = programOf(ours, x, y);
    expect(program.inputs).toEqual([
      { name: 'noise_0_wrapped', shape: ['batch', 2] },
      { name: 'noise_1_wrapped', shape: ['batch', 2] },
      { name: 'noise_2_shared', shape: ['batch', 6] },
      { name: 'noise_3_shared', shape: ['batch', 6] },
      { name: 'noise_4_inner', shape: ['batch', 4] },
    ]);
    const [a, b, again] = ['noise_2_shared', 'noise_3_shared', 'noise_2_shared'].map((name) => {
      const into = new Float32Array(6);
      program.draw(name, 5, into);
      return [...into];
    });
    expect(a).not.toEqual(b);
    expect(a).toEqual(again);
    await fitCompiled(ours, x, y, { ort, epochs: 3 });
    await fitCompiled(theirs, x, y, { executor: eager, epochs: 3 });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(1e-5);
  });

  it('puts the layers back where a step fails', () => {
    const model = noisyModel(LAYERS.dropout);
    const program = programOf(model, x, y);
    const batch = { x0: x, y0: y };
    expect(() => tf.tidy(() => program.step(batch, { noise_0_dropout: tf.zeros([1, 99]) }))).toThrow();
    expect(Object.hasOwn(model.layers[1], 'call')).toBe(false);
  });
});
