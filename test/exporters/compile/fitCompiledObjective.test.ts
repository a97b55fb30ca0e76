import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { fitCompiled } from '../../../exporters/index.ts';
import { mlpEnergy } from '../../../plugin/energy/mlpEnergy.ts';
import { ManifoldNoise } from '../../../plugin/layers/ManifoldNoise.ts';
import type { LossName, LossSettings } from '../../../plugin/layers/namedObjectives.ts';
import { ObjectiveLayer } from '../../../plugin/layers/ObjectiveLayer.ts';
import { meanOutput } from '../../../plugin/losses/meanOutput.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { dense, distance, eager } from './fitCompiledSupport.ts';

const globe = sphere(2);

/** A model that ends in its loss, before which its points are blurred. */
function trainer(loss: LossName, options: LossSettings): tf.LayersModel {
  const network = mlpEnergy({ manifold: globe, hidden: [4], seed: 1 });
  const input = tf.input({ shape: [3] });
  const blurred = new ManifoldNoise({ manifold: globe, sigma: 0.2, name: 'blur' }).apply(input);
  const terms = new ObjectiveLayer({ network, manifold: globe, loss, options, name: 'objective' }).apply(blurred) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: terms });
  model.compile({ optimizer: tf.train.momentum(0.01, 0.5), loss: meanOutput });
  return model;
}

describe('a model that ends in its loss', () => {
  let x: tf.Tensor;
  let y: tf.Tensor;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    x = tf.tidy(() => globe.project(tf.add(tf.randomNormal([52, 3], 0, 1, 'float32', 3), [0, 0, 1]) as tf.Tensor2D));
    y = tf.zeros([52, 1]);
  });

  it.each<[LossName, LossSettings]>([
    ['mvlRld', { noise: 'rademacher', epsilon: 0.01 }],
    ['denoisingScoreMatching', { sigmas: [0.1, 0.3] }],
  ])('%s, %j: onnxruntime trains as tfjs does with the same noise, drawn anew in each step', async (loss, options) => {
    const [ours, theirs] = [trainer(loss, options), trainer(loss, options)];
    const settings = { epochs: 3, batchSize: 16, seed: 11 };
    const reference = await fitCompiled(theirs, x, y, { ...settings, executor: eager });
    const { history } = await fitCompiled(ours, x, y, { ...settings, ort, validationData: [x, y] });
    // Round-off of energy differences over ε is 4e-5 a sample, and an optimiser keeps it.
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(1e-4);
    expect(distance([tf.tensor(history.loss)], [tf.tensor(reference.history.loss)])).toBeLessThan(1e-3);
    const [validation, again] = [history.val_loss[2], (ours.evaluate(x, y, { batchSize: 16 }) as tf.Scalar).dataSync()[0]];
    expect(Math.abs(validation - again)).toBeLessThan(2e-3 * (1 + Math.abs(again)));
    const other = trainer(loss, options);
    await fitCompiled(other, x, y, { ...settings, seed: 12, shuffle: false, ort });
    expect(distance(other.getWeights(), ours.getWeights())).toBeGreaterThan(1e-3);
  });

  it('takes its noise from one input for each draw, and none for what the network is made of', async () => {
    const input = tf.input({ shape: [3] });
    const dropped = tf.layers.dropout({ rate: 0.5 }).apply(dense(4, 1, { activation: 'tanh' }).apply(input));
    const network = tf.model({ inputs: input, outputs: dense(1, 2).apply(dropped) as tf.SymbolicTensor });
    const build = () => {
      const model = tf.sequential({ layers: [new ObjectiveLayer({ network, loss: 'slicedScoreMatching' })] });
      model.compile({ optimizer: tf.train.sgd(0), loss: meanOutput });
      return model;
    };
    const { history } = await fitCompiled(build(), x, y, { ort, epochs: 1, seed: 1 });
    const without = await fitCompiled(build(), x, y, { executor: eager, epochs: 1, seed: 1 });
    expect(history.loss[0]).toBeCloseTo(without.history.loss[0], 4);
  });
});
