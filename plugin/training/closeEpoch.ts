import type { TimedMetric } from './fitOptions.ts';
import type { Run } from './run.ts';

/** Whether a metric is due after epoch number `epoch`, from 0. */
const due = (everyEpochs: number, epoch: number, epochs: number): boolean =>
  (epoch + 1) % everyEpochs === 0 || epoch === 0 || epoch + 1 === epochs;

/** The entries of a run's metrics: each evaluated where it is due, else as it was last. */
export async function measured<Metric extends TimedMetric>(
  metrics: readonly Metric[],
  { epoch, history }: Pick<Run['state'], 'epoch' | 'history'>,
  epochs: number,
  evaluate: (metric: Metric) => number | Promise<number>,
): Promise<Record<string, number>> {
  const entries: Record<string, number> = {};
  for (const metric of metrics) {
    const entry = `val_${metric.name}`;
    entries[entry] = due(metric.everyEpochs ?? 1, epoch, epochs) ? await evaluate(metric) : (history.history[entry].at(-1) as number);
  }
  return entries;
}

async function logsOf(run: Run): Promise<Record<string, number>> {
  const { sums, count } = run.state;
  const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
  return { ...means, ...(await run.measure({ ...run.state, callbacks: [], iterations: run.program.optimizer.iterations })) };
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
    Object.assign(state, { epoch: state.epoch + 1, sums: {}, count: 0, stopped: host.stopTraining });
    return logs;
  });
}
