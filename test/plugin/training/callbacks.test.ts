import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { hostOf } from '../../../plugin/energy/networkEnergy.ts';
import { fitCallbacks } from '../../../plugin/training/callbacks.ts';
import type { FitCallback } from '../../../plugin/training/fitOptions.ts';

const model = hostOf((x) => tf.sum(x, 1));
const open = (callbacks: FitCallback | FitCallback[]) => fitCallbacks(callbacks, model, { epochs: 3 });

class Recorder extends tf.Callback {
  readonly seen: string[] = [];
  override async onTrainBegin() {
    this.seen.push(`begin ${this.params.epochs} ${(this as unknown as { model: tf.LayersModel }).model.name}`);
  }
  override async onEpochEnd(epoch: number, logs?: tf.Logs) {
    this.seen.push(`epoch ${epoch} ${JSON.stringify(logs)}`);
    if (logs) logs.loss = 0;
  }
}

describe('fitCallbacks', () => {
  it('gives tf.Callbacks the model, the parameters and the logs, each a copy of its own', async () => {
    const [first, second] = [new Recorder(), new Recorder()];
    const callbacks = open([first, second]);
    await callbacks.trainBegin();
    await callbacks.epochEnd(2, { loss: 1 });
    expect(first.seen).toEqual([`begin 3 ${model.name}`, 'epoch 2 {"loss":1}']);
    expect(second.seen).toEqual(first.seen);
  });

  it('calls what an object has, in order', async () => {
    const seen: unknown[] = [];
    const callbacks = open({
      onTrainBegin: async () => void seen.push('begin'),
      onEpochBegin: async (epoch) => void seen.push(['epoch', epoch]),
      onBatchBegin: async (batch, logs) => void seen.push([batch, logs]),
      onBatchEnd: async (batch, logs) => void seen.push([batch, logs]),
      onTrainEnd: async () => void seen.push('end'),
    });
    await callbacks.trainBegin();
    await callbacks.epochBegin(0);
    await callbacks.batchBegin(1, 5);
    await callbacks.batchEnd(1, 5, 0.5);
    await callbacks.epochEnd(0, {});
    await callbacks.trainEnd();
    expect(seen).toEqual(['begin', ['epoch', 0], [1, { batch: 1, size: 5 }], [1, { batch: 1, size: 5, loss: 0.5 }], 'end']);
  });

  it('knows who listens to batches', () => {
    class Listener extends tf.Callback {
      override async onBatchEnd() {}
    }
    const perBatch = (callbacks: FitCallback | FitCallback[]) => open(callbacks).perBatch;
    expect([new Listener(), { onBatchEnd: async () => {} }, { onBatchBegin: async () => {} }].map(perBatch)).toEqual([true, true, true]);
    expect([new Recorder(), tf.callbacks.earlyStopping(), { onEpochEnd: async () => {} }, []].map(perBatch)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(fitCallbacks(undefined, model, {}).perBatch).toBe(false);
  });

  it('keeps the plain fields of early stopping, infinite ones too, and gives them back', async () => {
    const stopping = () => tf.callbacks.earlyStopping({ monitor: 'loss', patience: 2 });
    const run = async (losses: number[], callbacks = open(stopping())) => {
      model.stopTraining = false;
      for (const [epoch, loss] of losses.entries()) await callbacks.epochEnd(epoch, { loss });
      return callbacks;
    };
    const first = open(stopping());
    await first.trainBegin();
    expect(first.state()[0]).toMatchObject({ wait: 0, best: Number.POSITIVE_INFINITY });
    await run([3, 4], first);
    const second = open(stopping());
    await second.trainBegin();
    second.restore([...first.state(), { extra: 1 }]);
    await run([5], second);
    expect(model.stopTraining).toBe(true);
  });
});
