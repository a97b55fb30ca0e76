import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { fitCompiled } from '../../../exporters/index.ts';
import { classes, dense, distance } from './fitCompiledSupport.ts';

function classifier(rate = 0.1): tf.Sequential {
  const model = tf.sequential({ layers: [dense(8, 1, { inputShape: [4], activation: 'tanh' }), dense(3, 2, { activation: 'softmax' })] });
  model.compile({ optimizer: tf.train.sgd(rate), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const copy = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.clone());

describe('fitCompiled and who watches it', () => {
  let x: tf.Tensor2D;
  let y: tf.Tensor2D;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    ({ x, y } = classes(50));
  });

  it('stops early, in the same epoch as tfjs', async () => {
    const stopping = () => tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 1 });
    const options = { epochs: 60, batchSize: 10, shuffle: false, validationSplit: 0.3 };
    const [ours, theirs] = [classifier(2), classifier(2)];
    const { epoch } = await theirs.fit(x, y, { ...options, verbose: 0, callbacks: stopping() });
    const history = await fitCompiled(ours, x, y, { ...options, ort, callbacks: stopping() });
    expect(history.epoch).toEqual(epoch);
    expect(epoch.length).toBeLessThan(60);
    // It trains again.
    expect((await fitCompiled(ours, x, y, { ort, epochs: 2 })).epoch).toEqual([0, 1]);
  });

  it('calls back in order, with the weights of that moment and what the history keeps', async () => {
    const model = classifier();
    const before = copy(model);
    const calls: string[] = [];
    const moved: number[] = [];
    const seen: (tf.Logs | undefined)[] = [];
    const { history } = await fitCompiled(model, x, y, {
      ort,
      epochs: 2,
      batchSize: 20,
      validationData: [x, y],
      callbacks: {
        onTrainBegin: () => void calls.push('train'),
        onEpochBegin: (epoch) => void calls.push(`epoch ${epoch}`),
        onBatchEnd: (batch, logs) => void calls.push(`batch ${batch} of ${logs?.size}`),
        onEpochEnd: (epoch, logs) => {
          calls.push(`end ${epoch}`);
          moved.push(distance(model.getWeights(), before));
          const [loss] = (model.evaluate(x, y, { batchSize: 20 }) as tf.Scalar[]).map((value) => value.dataSync()[0]);
          expect(Math.abs((logs?.val_loss as number) - loss)).toBeLessThan(1e-5);
          seen.push(logs);
        },
        onTrainEnd: () => void calls.push('end'),
      },
    });
    const batches = ['batch 0 of 20', 'batch 1 of 20', 'batch 2 of 10'];
    expect(calls).toEqual(['train', 'epoch 0', ...batches, 'end 0', 'epoch 1', ...batches, 'end 1', 'end']);
    expect(moved[0]).toBeGreaterThan(1e-3);
    expect(moved[1]).toBeGreaterThan(moved[0]);
    expect(seen.map((logs) => logs?.val_acc)).toEqual(history.val_acc);
    expect(seen.map((logs) => logs?.loss)).toEqual(history.loss);
  });

  it('stops between batches where a callback says so', async () => {
    const model = classifier();
    const batches: number[] = [];
    const onBatchEnd = (batch: number) => {
      batches.push(batch);
      model.stopTraining = batch === 1;
    };
    const { epoch, history } = await fitCompiled(model, x, y, { ort, epochs: 3, batchSize: 10, callbacks: { onBatchEnd } });
    expect(batches).toEqual([0, 1]);
    expect(epoch).toEqual([0]);
    expect(Number.isFinite(history.loss[0])).toBe(true);
  });

  it('rejects with the reason of an abort, with the weights as they are by then', async () => {
    const model = classifier();
    const before = copy(model);
    const controller = new AbortController();
    const abort = () => controller.abort(new Error('enough'));
    const fitting = fitCompiled(model, x, y, {
      ort,
      epochs: 1,
      batchSize: 10,
      signal: controller.signal,
      callbacks: { onBatchEnd: abort },
    });
    await expect(fitting).rejects.toThrow('enough');
    expect(distance(model.getWeights(), before)).toBeGreaterThan(1e-4);
    await expect(fitCompiled(model, x, y, { ort, signal: controller.signal })).rejects.toThrow('enough');
  });

  it('says where training diverged, and keeps the weights of the last epoch', async () => {
    const model = tf.sequential({ layers: [dense(3, 1, { inputShape: [4] })] });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    let kept: tf.Tensor[] = [];
    const fitting = fitCompiled(model, x, y, {
      ort,
      epochs: 20,
      batchSize: 10,
      learningRate: (progress) => (progress < 0.05 ? 0.1 : 1e20),
      callbacks: {
        onEpochEnd: () => {
          kept = copy(model);
        },
      },
    });
    await expect(fitting).rejects.toMatchObject({ name: 'TrainingDiverged' });
    expect(distance(model.getWeights(), kept)).toBe(0);
    expect(kept.every((weight) => weight.dataSync().every(Number.isFinite))).toBe(true);
  });
});
