import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel } from '../../../plugin/energy/energyModel.ts';
import { mlpEnergy } from '../../../plugin/energy/mlpEnergy.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import type { CheckpointStore } from '../../../plugin/training/checkpointStore.ts';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { TrainingInterrupted } from '../../../plugin/training/interrupts.ts';
import { tinyModel, weightsOf } from '../../support/tinyModel.ts';
import { options, points, train } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quiet = () => {};

/** Runs child.ts, with a signal sent after so many batches. */
function child(path: string, resume: boolean, kill?: { signal: NodeJS.Signals; after: number }) {
  return new Promise<{ code: number | null; signal: string | null; lines: string[]; errors: string }>((resolve) => {
    const args = ['--import', 'tsx', 'test/plugin/training/child.ts', path, resume ? 'resume' : 'anew', kill ? '60' : '0'];
    const running = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
    let [text, errors] = ['', ''];
    running.stdout.on('data', (chunk) => {
      text += chunk;
      if (kill && text.split('\n').length > kill.after) running.kill(kill.signal);
    });
    running.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    running.on('close', (code, signal) => resolve({ code, signal, lines: text.trim().split('\n'), errors }));
  });
}

describe('a run that is stopped and resumed', () => {
  let straight: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    straight = await train(join(folder, 'straight.ckpt'), false, 0, quiet);
  });

  it('by SIGKILL, twice, ends as if never stopped, bit for bit', async () => {
    const path = join(folder, 'killed.ckpt');
    for (const [resume, after] of [
      [false, 8],
      [true, 7],
    ] as const) {
      const { signal } = await child(path, resume, { signal: 'SIGKILL', after });
      expect([signal, existsSync(path)]).toEqual(['SIGKILL', true]);
    }
    const { code, lines } = await child(path, true);
    expect(code).toBe(0);
    // 20 steps in all; the killed runs had made at least 8 + 7, of which they may lose 3 each.
    expect(lines.length - 1).toBeLessThanOrEqual(20 - 15 + 2 * 3);
    expect(lines.length - 1).toBeGreaterThan(0);
    expect(JSON.parse(lines.at(-1) as string)).toEqual(straight);
  });

  it('by Ctrl-C says how to go on, loses no step, and ends the same', async () => {
    const path = join(folder, 'interrupted.ckpt');
    const { code, errors, lines } = await child(path, false, { signal: 'SIGINT', after: 7 });
    expect(code).toBe(130);
    const [, step] = /stopped by Ctrl-C after step (\d+) of 20\. The state is in .*interrupted\.ckpt; .*resume: true/.exec(
      errors,
    ) as RegExpExecArray;
    expect(Number(step)).toBe(lines.length);
    const { digest, history } = await train(path, true, 0, quiet);
    expect({ digest, history }).toEqual(straight);
  });

  it('a finished run has nothing left to do, and gives the same model', async () => {
    const lines: string[] = [];
    expect(await train(join(folder, 'straight.ckpt'), true, 0, (line) => lines.push(line))).toEqual(straight);
    expect(lines).toEqual([]);
  });
});

/** A checkpoint in memory, and how often it was written. */
function memory() {
  const saved: Uint8Array[] = [];
  const store: CheckpointStore = {
    load: async () => saved.at(-1) ?? null,
    save: async (bytes) => {
      saved.push(Uint8Array.from(bytes));
    },
  };
  return { saved, store };
}

describe('checkpoints', () => {
  /** Trains until the given step, then is interrupted. */
  async function until(step: number, store: CheckpointStore, signal: NodeJS.Signals = 'SIGINT') {
    let done = 0;
    const model = tinyModel();
    const onBatchEnd = () => {
      done++;
      if (done === step) process.emit(signal);
    };
    const fitting = model.fit(points, { ...options, checkpoint: { store, everySteps: 1e6 }, callbacks: [{ onBatchEnd }] });
    await expect(fitting).rejects.toThrow(TrainingInterrupted);
  }

  it('carry on at every moment of an epoch, its end included', async () => {
    const whole = tinyModel();
    const { history } = await whole.fit(points, options);
    const listeners = process.listenerCount('SIGINT');
    for (const [step, signal] of [
      [1, 'SIGINT'],
      [5, 'SIGTERM'],
      [12, 'SIGINT'],
    ] as const) {
      const { store } = memory();
      await until(step, store, signal);
      const resumed = tinyModel();
      expect((await resumed.fit(points, { ...options, checkpoint: { store }, resume: true })).history).toEqual(history);
      expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    }
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });

  it('restore the state of early stopping', async () => {
    const values = () => ({ name: 'nll', evaluate: (model: EnergyModel) => (model === undefined ? 0 : 1) });
    const stop = () => tf.callbacks.earlyStopping({ monitor: 'val_nll', patience: 3 });
    const { store } = memory();
    let epochs = 0;
    const interrupt = {
      onEpochEnd: () => {
        epochs++;
        if (epochs === 2) process.emit('SIGINT');
      },
    };
    const run = { ...options, epochs: 9, validation: values(), checkpoint: { store, everySteps: 1e6 } };
    await expect(tinyModel().fit(points, { ...run, callbacks: [stop(), interrupt] })).rejects.toThrow(/after step 10 of 45/);
    const { epoch } = await tinyModel().fit(points, { ...run, callbacks: [stop(), {}], resume: true });
    // The best was epoch 0; patience of 3 ends with epoch 3, not 3 after the restart.
    expect(epoch).toEqual([0, 1, 2, 3]);
    expect((await tinyModel().fit(points, { ...run, callbacks: [stop(), {}], resume: true })).epoch).toEqual(epoch);
  });

  it('allow more epochs where no schedule depends on their number', async () => {
    const constant: FitOptions = { batchSize: 8, smoothing: 0.3, averaging: 0.9 };
    const { store } = memory();
    const short = tinyModel();
    await short.fit(points, { ...constant, epochs: 1, checkpoint: { store } });
    await short.fit(points, { ...constant, epochs: 2, checkpoint: { store }, resume: true });
    const long = tinyModel();
    await long.fit(points, { ...constant, epochs: 2 });
    expect(weightsOf(short)).toEqual(weightsOf(long));
  });

  it('are written first at once, then as often as asked, and at the end', async () => {
    const { saved, store } = memory();
    await tinyModel().fit(points, { ...options, validationSplit: 0, keepBest: false, epochs: 1, checkpoint: { store, everySteps: 3 } });
    // 7 steps: at 0, 3, 6 and the end.
    expect(saved).toHaveLength(4);
    await tinyModel().fit(points, { ...options, epochs: 1, checkpoint: { store, everySeconds: 0 } });
    // 5 steps: after each, and at the end.
    expect(saved).toHaveLength(10);
  });

  it('find out at once where nothing can be written', async () => {
    const path = join(folder, 'no', 'such', 'folder.ckpt');
    await expect(tinyModel().fit(points, { ...options, checkpoint: path })).rejects.toThrow(/ENOENT/);
  });

  const otherNetwork = () => {
    const manifold = sphere(2);
    return energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [7], activation: 'softplus' }), seed: 7 });
  };

  it.each<[string, Partial<FitOptions>, (() => EnergyModel) | undefined, number[][], RegExp]>([
    ['another seed', { seed: 1 }, undefined, points, /seed: 7 there, 1 now/],
    ['other data', {}, undefined, [...points.slice(1), points[0]], /data: other rows/],
    ['other validation data', { validationData: points.slice(0, 9) }, undefined, points, /validationData: /],
    ['another batch size', { batchSize: 9 }, undefined, points, /batchSize: 8 there, 9 now/],
    ['another smoothing', { smoothing: 0.1 }, undefined, points, /smoothing\.0: 0\.4 there, 0\.1 now; epsilon: /],
    ['another optimiser', {}, () => tinyModel('rmsprop'), points, /optimizer: "Adam" there, "RMSProp" now/],
    ['another network', {}, otherNetwork, points, /network\.1\.1\.units: 6 there, 7 now; .*weights\.0: \[3,6\] there, \[3,7\] now/],
    ['no averaging', { averaging: undefined as never }, undefined, points, /averaging: 0.9 there, null now/],
  ])('are refused to a run with %s', async (_name, more, make, x, message) => {
    const { store } = memory();
    await until(2, store);
    const model = (make ?? tinyModel)();
    if (make === otherNetwork) model.compile({ loss: mvlRld({ manifold: model.manifold }) });
    const before = tf.memory().numTensors;
    const resuming = model.fit(x, { ...options, ...more, checkpoint: { store }, resume: true });
    await expect(resuming).rejects.toThrow(/cannot resume from the checkpoint store: it belongs to another run/);
    await expect(model.fit(x, { ...options, ...more, checkpoint: { store }, resume: true })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('that are damaged are refused, and written over where resume is off', async () => {
    const path = join(folder, 'damaged.ckpt');
    writeFileSync(path, 'nonsense');
    await expect(tinyModel().fit(points, { ...options, checkpoint: path, resume: true })).rejects.toThrow(
      /damaged\.ckpt: the header is cut short/,
    );
    expect(readFileSync(path, 'utf8')).toBe('nonsense');
    await tinyModel().fit(points, { ...options, epochs: 1, checkpoint: path });
    expect(readFileSync(path).length).toBeGreaterThan(1000);
  });

  it('never hold weights that are not finite: a diverged run keeps the last good one', async () => {
    const { saved, store } = memory();
    const model = tinyModel(tf.train.sgd(1));
    const learningRate = (progress: number) => (progress < 0.3 ? 1e-3 : Number.NaN);
    const fitting = model.fit(points, { ...options, learningRate, checkpoint: { store, everySteps: 1 } });
    await expect(fitting).rejects.toThrow(/training diverged at step 6: a weight is no longer finite/);
    // At the beginning and after steps 0 to 5.
    expect(saved).toHaveLength(7);
  });

  it('are written before an abort, too', async () => {
    const { saved, store } = memory();
    const control = new AbortController();
    const onBatchEnd = (batch: number) => {
      if (batch === 2) control.abort();
    };
    const fitting = tinyModel().fit(points, { ...options, checkpoint: { store }, callbacks: { onBatchEnd }, signal: control.signal });
    await expect(fitting).rejects.toMatchObject({ name: 'AbortError' });
    expect(saved).toHaveLength(2);
  });
});
