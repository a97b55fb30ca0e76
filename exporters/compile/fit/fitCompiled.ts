import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { FitHistory } from '../../../plugin/training/fitOptions.ts';
import { nextTurn } from '../../../plugin/training/interrupts.ts';
import { diverged } from '../../../plugin/training/losses.ts';
import { type Progress, progressOf } from '../../../plugin/training/progress.ts';
import { EpochMeans } from './epochMeans.ts';
import { type FitRun, fitRun } from './fitRun.ts';
import { type FitCompiledOptions, fitSettings } from './fitSettings.ts';
import { compiledModel } from './layersModel.ts';
import { reportName } from './trainProgram.ts';

export type { FitCompiledOptions };

/** Milliseconds of work after which the event loop has its turn. */
const TURN = 40;

const ADVICE =
  'Use a smaller learning rate, or look for numbers that are not finite in x and y; the model has the weights from before this epoch.';

/** Takes an epoch's steps, or fewer where a callback stops training. */
async function epochSteps(run: FitRun, epoch: number, progress: Progress, signal: AbortSignal | undefined): Promise<EpochMeans> {
  const { model, program, callbacks, stepsPerEpoch } = run;
  const means = new EpochMeans();
  let turn = performance.now();
  for (let batch = 0; batch < stepsPerEpoch && !model.stopTraining; ) {
    if (signal?.aborted) {
      await run.runner.sync();
      signal.throwIfAborted();
    }
    const step = epoch * stepsPerEpoch + batch;
    const size = program.rows(step).length;
    await callbacks.batchBegin(batch, size);
    const reports = await run.take(step, callbacks.perBatch ? 1 : stepsPerEpoch - batch);
    const { loss } = reports;
    const bad = loss.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw diverged(step + bad, `the loss is ${loss[bad]}`, null, ADVICE, 'fitCompiled');
    means.add(reports, size);
    await callbacks.batchEnd(batch, size, loss[loss.length - 1]);
    batch += loss.length;
    if (performance.now() - turn < TURN) continue;
    progress.step(epoch * stepsPerEpoch + batch, epoch, loss[loss.length - 1]);
    await nextTurn();
    turn = performance.now();
  }
  return means;
}

/** An epoch's entries of the history, under tfjs's names. */
async function logsOf({ model, validator }: FitRun, means: EpochMeans): Promise<Record<string, number>> {
  const names = model.getDedupedMetricsNames();
  const measured = (await validator?.measure()) ?? [];
  return Object.fromEntries([
    ...names.map((name, i) => [name, means.of(reportName(i))]),
    ...measured.map((value, i) => [`val_${names[i]}`, value]),
  ]);
}

/**
 * `model.fit` with the steps taken by onnxruntime: the model's own optimiser, losses, metrics and regularisers, many steps in one call. The weights
 * end up in the model, the moments in its optimiser, equal to those of tfjs up to rounding where the rows come in the same order.
 *
 * The order of the rows and the noise of dropout and the other noise layers follow from `seed`. Weights in tfjs are up to date at the end of each
 * epoch, before validation and the callbacks' `onEpochEnd`. Where the loss is no longer finite, the model keeps the weights of the last epoch.
 *
 * @param model compiled, with one or more inputs and outputs
 * @param x `[n, …]`, one for each input of the model
 * @param y `[n, …]`, one for each output
 * @returns for every epoch the loss and the metrics, averaged over the batches, and the same with `val_` where there are rows to validate on
 * @throws TypeError, RangeError or Error for what fits neither the model nor the options; Error for layers, losses and metrics that cannot be traced;
 * `TrainingDiverged`; the signal's reason after an abort
 */
export async function fitCompiled(
  model: LayersModel,
  x: Tensor | Tensor[],
  y: Tensor | Tensor[],
  options: FitCompiledOptions,
): Promise<FitHistory> {
  const settings = fitSettings(options);
  const { epochs, initialEpoch, signal } = settings;
  signal?.throwIfAborted();
  const run = await fitRun(compiledModel(model), x, y, settings);
  const history: FitHistory = { epoch: [], history: {} };
  let progress: Progress | undefined;
  try {
    const from = initialEpoch * run.stepsPerEpoch;
    progress = await progressOf(settings.verbose, { epochs, steps: epochs * run.stepsPerEpoch, from });
    await run.callbacks.trainBegin();
    run.model.stopTraining = false;
    for (let epoch = initialEpoch; epoch < epochs && !run.model.stopTraining; epoch++) {
      await run.callbacks.epochBegin(epoch);
      const means = await epochSteps(run, epoch, progress, signal);
      await run.runner.sync();
      const logs = await logsOf(run, means);
      history.epoch.push(epoch);
      for (const [name, value] of Object.entries(logs)) history.history[name] = [...(history.history[name] ?? []), value];
      progress.epochEnd(epoch, logs);
      await run.callbacks.epochEnd(epoch, logs);
      await nextTurn();
    }
    await run.callbacks.trainEnd();
    return history;
  } finally {
    progress?.stop();
    await run.dispose();
  }
}
