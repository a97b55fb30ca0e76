import * as tf from '@tensorflow/tfjs';
import { VERSION } from '../version.ts';
import type { EnergyRun } from './energyRun.ts';
import { diverged } from './losses.ts';
import type { Run } from './run.ts';
import { ANNEALED, suggestStepSize } from './stepSize.ts';
import type { RunSummary, TrainingSummary } from './summary.ts';

/** What all runs say of themselves. */
export function summaryOf({ state, size, program, seed, backend }: Run): RunSummary {
  const { epoch, history } = state.history;
  const entry = state.best ?? epoch.length - 1;
  return {
    optimizer: program.optimizer.getClassName(),
    epochs: epoch.length,
    steps: state.step,
    batchSize: size.batchSize,
    seed,
    points: size.points,
    losses: Object.fromEntries(Object.entries(history).map(([key, values]) => [key, values[entry]])),
    backend,
    versions: { 'tfjs-mvl': VERSION, tfjs: tf.version_core },
  };
}

/** @throws where the trained energy's scores are not finite */
export async function summarize(run: EnergyRun): Promise<TrainingSummary> {
  const { state, plan, data, model, energy } = run;
  const last = plan.steps - 1;
  const [from, to] = [plan.sigma(0), plan.sigma(last)];
  const { name, epsilon } = plan.objective(last);
  const cap = to === null ? null : plan.levels === null ? to ** 2 / 2 : ANNEALED * to ** 2;
  const stepSize = await suggestStepSize(energy, model.manifold, data.train, cap).catch((error: Error) => {
    throw diverged(state.step - 1, error.message, epsilon);
  });
  return {
    loss: name,
    epsilon,
    ...summaryOf(run),
    validationPoints: data.validation?.shape[0] ?? 0,
    smoothing: from === null || to === null || plan.levels !== null ? null : { from, to },
    noiseLevels: plan.levels,
    stepSize,
  };
}
