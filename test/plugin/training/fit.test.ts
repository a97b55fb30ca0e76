import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel } from '../../../plugin/energy/energyModel.ts';
import { suggestEpsilon } from '../../../plugin/losses/dataScale.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { cap, quadratic, tinyModel, weightsOf } from '../../support/tinyModel.ts';

const x = cap(40);
const options: FitOptions = { epochs: 3, batchSize: 16, smoothing: { from: 0.4, to: 0.2 } };

async function trained(more: FitOptions = {}, model: EnergyModel = tinyModel()) {
  const history = await model.fit(x, { ...options, ...more });
  return { model, history, weights: weightsOf(model) };
}

describe('fit', () => {
  it('is reproducible bit for bit from its seed, and differs for another', async () => {
    const all: FitOptions = { validationSplit: 0.2, averaging: 0.9, clipNorm: 1, keepBest: true };
    const [first, again, other] = [await trained(all), await trained(JSON.parse(JSON.stringify(all))), await trained({ ...all, seed: 8 })];
    expect(again).toEqual({ ...first, model: expect.anything() });
    expect(other.weights).not.toEqual(first.weights);
  });

  it('does not depend on how points are given, on callbacks, or on being watched', async () => {
    const plain = await trained();
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const watched = await trained({ verbose: 1, callbacks: [{ onBatchEnd: () => {} }] });
    // The loss, and a line for each epoch.
    expect(stderr).toHaveBeenCalledTimes(4);
    stderr.mockRestore();
    expect(watched.weights).toEqual(plain.weights);
    const model = tinyModel();
    await model.fit(tf.tensor2d(x), options);
    expect(weightsOf(model)).toEqual(plain.weights);
  });

  it('has losses and validation losses for each epoch, the latter of averaged weights at the last smoothing and fixed noise', async () => {
    const seen: (number | undefined)[][] = [];
    const { history, model } = await trained({
      validationSplit: 0.25,
      averaging: 0.5,
      callbacks: { onEpochEnd: (epoch, logs) => void seen.push([epoch, logs?.loss, logs?.val_loss]) },
    });
    expect(history.epoch).toEqual([0, 1, 2]);
    expect(Object.keys(history.history)).toEqual(['loss', 'val_loss']);
    expect(seen).toEqual(history.epoch.map((e) => [e, history.history.loss[e], history.history.val_loss[e]]));
    expect(model.summary).toMatchObject({
      loss: 'mvlRld',
      optimizer: 'Adam',
      epochs: 3,
      steps: 6,
      batchSize: 16,
      seed: 7,
      points: 30,
      validationPoints: 10,
      smoothing: { from: 0.4, to: expect.closeTo(0.2, 12) },
      epsilon: expect.closeTo(8e-4, 12),
      losses: { loss: history.history.loss[2], val_loss: history.history.val_loss[2] },
      backend: 'cpu',
      versions: { tfjs: tf.version_core },
    });
    // The validation loss of the weights that training ended with: fit with a rate of zero does not move them.
    const frozen = await model.fit(x, { ...options, epochs: 1, validationSplit: 0.25, smoothing: 0.2, learningRate: () => 0 });
    expect(frozen.history.val_loss[0]).toBeCloseTo(history.history.val_loss[2], 5);
  });

  it('means the loss over points, not batches', async () => {
    const { lambda, energy } = quadratic(1);
    const model = energyModel({ manifold: euclidean(1), network: energy });
    const losses: number[] = [];
    model.compile({ optimizer: 'sgd' });
    const { history } = await model.fit([[1], [2], [3]], {
      epochs: 1,
      batchSize: 2,
      learningRate: () => 0,
      callbacks: { onBatchEnd: (_batch, logs) => void losses.push(logs?.loss as number) },
    });
    expect(history.loss[0]).toBeCloseTo((2 * losses[0] + losses[1]) / 3, 6);
    lambda.dispose();
  });

  it('leaves no tensors behind but the slots of the optimiser', async () => {
    const model = tinyModel();
    await model.fit(x, { ...options, epochs: 1 });
    const before = tf.memory().numTensors;
    const more: FitOptions = { validationSplit: 0.2, averaging: 0.9, clipNorm: 1, keepBest: true, learningRate: () => 0.001 };
    await model.fit(x, { ...options, ...more, validation: { name: 'one', evaluate: () => 1 } });
    expect(tf.memory().numTensors).toBe(before);
    await expect(model.fit(x, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    await expect(model.fit(x, { callbacks: { onBatchEnd: () => Promise.reject(new Error('user')) } })).rejects.toThrow('user');
    await expect(model.fit([[1, 0]])).rejects.toThrow(/fit\(x\)/);
    await expect(model.fit(x, { smoothing: -1, epochs: 1 })).rejects.toThrow(/smoothing must be a positive width/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops early as tf.callbacks.earlyStopping says, by a metric of the user too', async () => {
    const values = [3, 2, 2.5, 2.6, 2.7];
    const evaluate = jest.fn((_model: EnergyModel, points: tf.Tensor2D | null) => (points ? Number.NaN : (values.shift() as number)));
    const { history, model } = await trained({
      epochs: 9,
      validation: { name: 'nll', evaluate },
      callbacks: tf.callbacks.earlyStopping({ monitor: 'val_nll', patience: 2 }),
    });
    expect(history.history.val_nll).toEqual([3, 2, 2.5, 2.6]);
    expect(model.stopTraining).toBe(true);
    await model.fit(x, { ...options, epochs: 1 });
    expect(model.stopTraining).toBe(false);
  });

  it('ends the epoch at once where a callback says so in a batch', async () => {
    const model = tinyModel();
    const { epoch } = await model.fit(x, {
      ...options,
      callbacks: {
        onBatchEnd: () => {
          model.stopTraining = true;
        },
      },
    });
    expect([epoch, model.summary?.steps]).toEqual([[0], 1]);
  });

  it('evaluates a metric every k epochs, and at the first and the last', async () => {
    const at: number[] = [];
    let epoch = -1;
    const evaluate = () => at.push(epoch);
    const { history } = await trained({
      epochs: 6,
      validation: [{ name: 'slow', everyEpochs: 4, evaluate }],
      callbacks: {
        onEpochBegin: (e) => {
          epoch = e;
        },
      },
    });
    expect(at).toEqual([0, 3, 5]);
    expect(history.history.val_slow).toEqual([1, 1, 1, 2, 2, 3]);
  });

  it('ends with the best weights where asked', async () => {
    const values = [2, 1, 3];
    const kept: number[][][] = [];
    const model = tinyModel();
    const metric = {
      name: 'nll',
      evaluate: () => {
        kept.push(weightsOf(model));
        return values.shift() as number;
      },
    };
    await trained({ validation: metric, keepBest: true, averaging: 0.5 }, model);
    expect(weightsOf(model)).toEqual(kept[1]);
    expect(model.summary?.losses.val_nll).toBe(1);
  });

  it('follows a schedule of learning rates and clips gradients', async () => {
    const still = await trained({ learningRate: () => 0 });
    expect(still.weights).toEqual(weightsOf(tinyModel()));
    const progress: number[] = [];
    const rate = (p: number) => Math.min(1, progress.push(p));
    const one = await trained({ learningRate: rate, clipNorm: 1e-3, epochs: 1 }, tinyModel(tf.train.sgd(9)));
    expect(progress).toEqual([0, 0.5, 1]);
    const before = weightsOf(tinyModel()).flat();
    const moved = Math.hypot(...one.weights.flat().map((w, i) => w - before[i]));
    // Three steps of length 1e-3 at most.
    expect(moved).toBeGreaterThan(1e-4);
    expect(moved).toBeLessThan(3.001e-3);
  });

  it('reports divergence with what to do about it', async () => {
    const wild = tinyModel(tf.train.sgd(1e30));
    await expect(wild.fit(x, options)).rejects.toThrow(
      /training diverged at step \d+: the loss is (NaN|-?Infinity) \(ε = \S+\)\. Use a smaller learning rate, more smoothing, or clipNorm/,
    );
    const late = tinyModel(tf.train.sgd(Number.NaN));
    await expect(late.fit(x, { epochs: 1 })).rejects.toMatchObject({
      name: 'TrainingDiverged',
      message: expect.stringContaining('score of the trained energy is NaN'),
    });
  });

  it('refuses to train twice at once, or nothing', async () => {
    const model = tinyModel();
    const first = model.fit(x, { epochs: 1 });
    await expect(model.fit(x, { epochs: 1 })).rejects.toThrow(/is in training/);
    await first;
    const network = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3], trainable: false })] });
    await expect(energyModel({ manifold: sphere(2), network }).fit(x)).rejects.toThrow(/no trainable weights/);
    await expect(model.fit(x, { resume: true })).rejects.toThrow(/resume needs a checkpoint/);
  });

  it('stops at a signal, with the averaged weights in place', async () => {
    const control = new AbortController();
    const model = tinyModel();
    const fitting = model.fit(x, {
      ...options,
      epochs: 1000,
      callbacks: {
        onBatchEnd: (batch) => {
          if (batch === 1) control.abort(new Error('enough'));
        },
      },
      signal: control.signal,
    });
    await expect(fitting).rejects.toThrow('enough');
    expect(model.summary).toBeNull();
    await model.fit(x, { ...options, epochs: 1 });
  });

  it('takes a loss as a function of ε, and trains without compile', async () => {
    const epsilons: number[] = [];
    const model = energyModel({ manifold: sphere(2), network: tinyModel().network });
    model.compile({
      loss: (epsilon: number) => {
        epsilons.push(epsilon);
        return mvlRld({ manifold: sphere(2), epsilon });
      },
    });
    await model.fit(x, { epochs: 1, smoothing: 0.5 });
    expect(epsilons.at(-1)).toBeCloseTo(0.005, 12);
    const plain = energyModel({ manifold: sphere(2), network: tinyModel().network });
    await plain.fit(x, { epochs: 1 });
    expect(plain.summary).toMatchObject({ loss: 'mvlRld', optimizer: 'Adam', smoothing: null });
    // The points have a spread of about .35, and ε follows it.
    expect(plain.summary?.epsilon).toBeCloseTo(suggestEpsilon(tf.tensor2d(x), sphere(2)), 5);
  });
});
