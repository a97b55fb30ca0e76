import type { Run } from './run.ts';
import { drawnInputs, validationLoss } from './validation.ts';

/** Whether a metric is due after epoch number `epoch`, from 0. */
const due = (everyEpochs: number, epoch: number, epochs: number): boolean =>
  (epoch + 1) % everyEpochs === 0 || epoch === 0 || epoch + 1 === epochs;

async function logsOf({ model, seed, plan, data, settings, state, stepInputs, evaluator }: Run): Promise<Record<string, number>> {
  const logs: Record<string, number> = { loss: state.lossSum / state.lossCount };
  if (data.validation) {
    const noise = { noise: plan.objective(plan.steps - 1).noise, levels: plan.levels, seed };
    logs.val_loss = await validationLoss(evaluator.loss, data.validation, drawnInputs(stepInputs), noise);
  }
  for (const metric of settings.metrics) {
    const entry = `val_${metric.name}`;
    logs[entry] = due(metric.everyEpochs ?? 1, state.epoch, settings.epochs)
      ? await metric.evaluate(model, data.validation, evaluator)
      : (state.history.history[entry].at(-1) as number);
  }
  return logs;
}

/**
 * Ends an epoch: validation, history, best weights, callbacks, all of which see the averaged weights.
 *
 * @returns the epoch's entries of the history
 */
export async function closeEpoch(run: Run): Promise<Record<string, number>> {
  const { state, settings, weights, callbacks, host } = run;
  await run.losses.flush();
  await run.stepper.sync();
  return weights.withAverage(async () => {
    const logs = await logsOf(run);
    const { epoch, history } = state.history;
    if (settings.keepBest !== null) {
      const least = state.best === null ? Number.POSITIVE_INFINITY : history[settings.keepBest][state.best];
      if (logs[settings.keepBest] < least) {
        weights.keep();
        state.best = epoch.length;
      }
    }
    epoch.push(state.epoch);
    for (const [entry, value] of Object.entries(logs)) history[entry] = [...(history[entry] ?? []), value];
    await callbacks.epochEnd(state.epoch, logs);
    Object.assign(state, { epoch: state.epoch + 1, lossSum: 0, lossCount: 0, stopped: host.stopTraining });
    return logs;
  });
}
