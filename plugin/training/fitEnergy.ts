import type { Points } from '../energy/points.ts';
import { openEnergyRun, type Subject } from './energyRun.ts';
import type { FitHistory, FitOptions } from './fitOptions.ts';
import type { LossAt } from './schedule.ts';
import { summarize } from './summarize.ts';
import type { TrainingSummary } from './summary.ts';
import { trainRun } from './trainRun.ts';

/**
 * What is behind `EnergyModel.fit`.
 *
 * @throws Error for bad points or options; and as `trainRun`
 */
export async function fitEnergy(
  subject: Subject,
  x: Points,
  options: FitOptions,
): Promise<{ history: FitHistory; summary: TrainingSummary; lossAt: LossAt }> {
  options.signal?.throwIfAborted();
  const run = openEnergyRun(subject, x, options);
  return trainRun(run, options, async () => ({ history: run.state.history, summary: await summarize(run), lossAt: run.lossAt }));
}
