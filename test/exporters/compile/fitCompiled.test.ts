import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { fitCompiled, onnxruntimeExecutor } from '../../../exporters/index.ts';
import { minibatchRows } from '../../../plugin/training/data.ts';
import { setLearningRate } from '../../../plugin/training/optimizers.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { classes, dense, distance, init } from './fitCompiledSupport.ts';

/** Rounding of 100 float32 steps: 1e-7 a step where nothing amplifies it, and some amplification. */
const CLOSE = 1e-4;

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(1, 0.9),
  adam: () => tf.train.adam(0.02),
  adamax: () => tf.train.adamax(0.02, 0.9, 0.999, 1e-7, 0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
  // tfjs subtracts this ε under the root, and a gradient smaller than its square root gives NaN.
  'rmsprop, centred': () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-20, true),
};

function classifier(optimizer: tf.Optimizer | string = tf.train.adam(0.02), metrics: string[] = ['accuracy']): tf.Sequential {
  const model = tf.sequential({ layers: [dense(12, 1, { inputShape: [4], activation: 'tanh' }), dense(3, 2, { activation: 'softmax' })] });
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics });
  return model;
}

describe('fitCompiled', () => {
  const n = 75;
  let x: tf.Tensor2D;
  let y: tf.Tensor2D;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    ({ x, y } = classes(n));
  });
  afterAll(() => tf.dispose([x, y]));
  beforeEach(() => tf.setBackend('cpu'));

  it.each(Object.keys(OPTIMIZERS))('trains with %s as tfjs does on the same batches', async (kind) => {
    const [ours, theirs] = [classifier(OPTIMIZERS[kind]()), classifier(OPTIMIZERS[kind]())];
    const initial = ours.getWeights().map((weight) => weight.clone());
    // Five batches an epoch, the last one of 11 rows.
    const rows = minibatchRows(n, 16, 7);
    for (let step = 0; step < 100; step++) {
      const at = tf.tensor1d(rows(step), 'int32');
      await theirs.trainOnBatch(tf.gather(x, at), tf.gather(y, at));
    }
    await fitCompiled(ours, x, y, { ort, epochs: 20, batchSize: 16, seed: 7 });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    expect(distance(ours.getWeights(), initial)).toBeGreaterThan(0.05);
    expect(ours.optimizer.iterations).toBe(theirs.optimizer.iterations);
    // What the optimiser remembers came back too: tfjs goes on as if it had taken the steps.
    await theirs.trainOnBatch(x, y);
    await ours.trainOnBatch(x, y);
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
  });

  it('trains convolutions, pooling and batch normalisation, moving averages included, with the history of model.fit', async () => {
    const build = () => {
      const model = tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [10, 10, 1], filters: 3, kernelSize: 3, activation: 'relu', kernelInitializer: init(1) }),
          tf.layers.batchNormalization(),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 4, kernelSize: 2, padding: 'same', activation: 'elu', kernelInitializer: init(2) }),
          tf.layers.averagePooling2d({ poolSize: 2 }),
          tf.layers.flatten(),
          dense(3, 3),
        ],
      });
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['mse', 'cosine'] });
      return model;
    };
    const images = tf.randomNormal([41, 10, 10, 1], 0, 1, 'float32', 3);
    const labels = tf.randomUniform([41, 3], -1, 1, 'float32', 4);
    const [ours, theirs] = [build(), build()];
    const options = { epochs: 5, batchSize: 8, shuffle: false, validationSplit: 0.25 };
    const { history, epoch } = await theirs.fit(images, labels, { ...options, verbose: 0 });
    const compiled = await fitCompiled(ours, images, labels, { ...options, ort });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    const [moving] = ours.weights.flatMap(({ name }, i) => (name.endsWith('moving_mean') ? [i] : []));
    expect(distance([ours.getWeights()[moving]], [theirs.getWeights()[moving]])).toBeLessThan(CLOSE);
    expect(Math.max(...ours.getWeights()[moving].dataSync().map(Math.abs))).toBeGreaterThan(0.01);
    expect(compiled.epoch).toEqual(epoch);
    expect(Object.keys(compiled.history).sort()).toEqual(Object.keys(history).sort());
    for (const [name, values] of Object.entries(compiled.history))
      for (const [i, value] of values.entries()) expect(Math.abs(value - (history[name][i] as number))).toBeLessThan(1e-5);
  });

  it('validates as model.evaluate does', async () => {
    const model = classifier('rmsprop', ['accuracy', 'categoricalCrossentropy']);
    const held = classes(53);
    const { history } = await fitCompiled(model, x, y, { ort, epochs: 2, batchSize: 20, validationData: [held.x, held.y] });
    const evaluated = (model.evaluate(held.x, held.y, { batchSize: 20 }) as tf.Scalar[]).map((value) => value.dataSync()[0]);
    for (const [i, name] of ['val_loss', 'val_acc', 'val_categoricalCrossentropy'].entries())
      expect(Math.abs(history[name][1] - evaluated[i])).toBeLessThan(1e-5);
    expect(history.val_loss[1]).not.toBe(history.val_loss[0]);
  });

  it('trains two outputs of two inputs, with regularisers, and names their losses rightly', async () => {
    const build = () => {
      const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [2] })];
      const joined = tf.layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
      const hidden = dense(6, 1, { activation: 'relu', kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.02 }) }).apply(joined);
      const one = dense(3, 2, { activation: 'softmax', name: 'one' }).apply(hidden) as tf.SymbolicTensor;
      const two = dense(1, 3, { name: 'two' }).apply(hidden) as tf.SymbolicTensor;
      const model = tf.model({ inputs: [a, b], outputs: [one, two] });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: ['categoricalCrossentropy', 'meanSquaredError'], metrics: { one: 'accuracy' } });
      return model;
    };
    const extra = tf.randomNormal([n, 2], 0, 1, 'float32', 9);
    const wanted = tf.sum(x, 1, true);
    const options = { epochs: 4, batchSize: 25, shuffle: false };
    const [ours, theirs] = [build(), build()];
    const { history } = await theirs.fit([x, extra], [y, wanted], { ...options, verbose: 0 });
    const compiled = await fitCompiled(ours, [x, extra], [y, wanted], {
      ...options,
      ort,
      validationData: [
        [x, extra],
        [y, wanted],
      ],
    });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    for (const name of ['loss', 'one_loss', 'two_loss', 'one_acc'])
      for (const [i, value] of compiled.history[name].entries()) expect(Math.abs(value - (history[name][i] as number))).toBeLessThan(1e-5);
    const [one, two] = ours.predict([x, extra]) as tf.Tensor[];
    const byHand = [tf.metrics.categoricalCrossentropy(y, one), tf.metrics.meanSquaredError(wanted, two)].map(
      (loss) => tf.mean(loss).dataSync()[0],
    );
    expect(Math.abs(compiled.history.val_one_loss[3] - byHand[0])).toBeLessThan(1e-5);
    expect(Math.abs(compiled.history.val_two_loss[3] - byHand[1])).toBeLessThan(1e-5);
    expect(Math.abs(compiled.history.val_loss[3] - byHand[0] - byHand[1])).toBeLessThan(1e-5);
    // The penalty is part of the training loss alone, as in tfjs.
    expect(compiled.history.loss[3]).toBeGreaterThan(compiled.history.one_loss[3] + compiled.history.two_loss[3] + 0.05);
  });

  it('takes int32 inputs and int32 class numbers, and recurrent layers', async () => {
    const build = () => {
      const model = tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 5, embeddingsInitializer: init(1) }),
          tf.layers.lstm({ units: 5, kernelInitializer: init(2), recurrentInitializer: init(3) }),
          dense(3, 4, { activation: 'softmax' }),
        ],
      });
      model.compile({ optimizer: tf.train.adam(0.02), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
      return model;
    };
    const words = tf.randomUniform([40, 5], 0, 9, 'int32', 1);
    const labels = tf.randomUniform([40], 0, 3, 'int32', 2);
    const [ours, theirs] = [build(), build()];
    const options = { epochs: 4, batchSize: 16, shuffle: false };
    // tfjs's own sparse crossentropy takes float32 labels only.
    const { history } = await theirs.fit(words, tf.cast(labels, 'float32'), { ...options, verbose: 0 });
    const compiled = await fitCompiled(ours, words, labels, { ...options, ort });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    expect(Math.abs(compiled.history.acc[3] - (history.acc[3] as number))).toBeLessThan(1e-5);
  });

  it('leaves no layer out whose gradient tfjs unrolls over the batch', async () => {
    const build = () => {
      const model = tf.sequential({ layers: [dense(6, 1, { inputShape: [4] }), tf.layers.layerNormalization(), dense(3, 2)] });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      return model;
    };
    const [ours, theirs] = [build(), build()];
    const options = { epochs: 2, batchSize: 32, shuffle: false };
    await theirs.fit(x, y, { ...options, verbose: 0 });
    await fitCompiled(ours, x, y, { ...options, ort });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
  });

  it('follows a schedule of the learning rate, and leaves the optimiser its own', async () => {
    const [ours, theirs] = [classifier(tf.train.sgd(0.3)), classifier(tf.train.sgd(0.3))];
    const rate = (progress: number) => 0.5 - 0.4 * progress;
    await fitCompiled(ours, x, y, { ort, epochs: 4, batchSize: n, shuffle: false, learningRate: rate });
    for (let step = 0; step < 4; step++) {
      setLearningRate(theirs.optimizer, rate(step / 3));
      await theirs.trainOnBatch(x, y);
    }
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    expect((ours.optimizer as unknown as { learningRate: number }).learningRate).toBe(0.3);
  });

  it('goes on from an epoch as if never stopped', async () => {
    const [whole, halves] = [classifier(), classifier()];
    const options = { ort, batchSize: 16, seed: 3 };
    await fitCompiled(whole, x, y, { ...options, epochs: 4 });
    await fitCompiled(halves, x, y, { ...options, epochs: 2 });
    const { epoch } = await fitCompiled(halves, x, y, { ...options, epochs: 4, initialEpoch: 2 });
    expect(epoch).toEqual([2, 3]);
    expect(distance(halves.getWeights(), whole.getWeights())).toBeLessThan(1e-6);
    const other = classifier();
    await fitCompiled(other, x, y, { ...options, seed: 4, epochs: 4 });
    expect(distance(other.getWeights(), whole.getWeights())).toBeGreaterThan(1e-3);
  });

  it('keeps no tensors but the slots of the optimiser', async () => {
    const model = classifier(tf.train.momentum(0.1, 0.9));
    const before = tf.memory().numTensors;
    await fitCompiled(model, x, y, { ort, epochs: 2, batchSize: 16, validationSplit: 0.2 });
    expect(tf.memory().numTensors).toBe(before + model.trainableWeights.length);
    await fitCompiled(model, x, y, { ort, epochs: 2, batchSize: 16, validationSplit: 0.2 });
    expect(tf.memory().numTensors).toBe(before + model.trainableWeights.length);
  });

  it.each(RUNTIMES)('runs in $backend', async ({ ort: runtime, provider }) => {
    const [ours, theirs] = [classifier(), classifier()];
    const options = { epochs: 3, batchSize: 16, shuffle: false };
    const executor = onnxruntimeExecutor(runtime, { executionProviders: [provider] });
    const { history } = await theirs.fit(x, y, { ...options, verbose: 0 });
    const compiled = await fitCompiled(ours, x, y, { ...options, executor });
    expect(distance(ours.getWeights(), theirs.getWeights())).toBeLessThan(CLOSE);
    expect(Math.abs(compiled.history.loss[2] - (history.loss[2] as number))).toBeLessThan(1e-5);
  });
});
