import * as tf from '@tensorflow/tfjs';
import { VERSION } from '../version.ts';
import type { EnergyRun } from './energyRun.ts';
import { diverged } from './losses.ts';
import { ANNEALED, suggestStepSize } from './stepSize.ts';
import type { TrainingSummary } from './summary.ts';

/** @throws where the trained energy's scores are not finite */
export async function summarize({ state, plan, optimizer, seed, data, model, energy, backend }: EnergyRun): Promise<TrainingSummary> {
  const last = plan.steps - 1;
  const [from, to] = [plan.sigma(0), plan.sigma(last)];
  const { name, epsilon } = plan.objective(last);
  const { epoch, history } = state.history;
  const entry = state.best ?? epoch.length - 1;
  const cap = to === null ? null : plan.levels === null ? to ** 2 / 2 : ANNEALED * to ** 2;
  const stepSize = await suggestStepSize(energy, model.manifold, data.train, cap).catch((error: Error) => {
    throw diverged(state.step - 1, error.message, epsilon);
  });
  return {
    loss: name,
    epsilon,
    optimizer: optimizer.getClassName(),
    epochs: epoch.length,
    steps: state.step,
    batchSize: plan.batchSize,
    seed,
    points: data.train.shape[0],
    validationPoints: data.validation?.shape[0] ?? 0,
    smoothing: from === null || to === null || plan.levels !== null ? null : { from, to },
    noiseLevels: plan.levels,
    losses: Object.fromEntries(Object.entries(history).map(([key, values]) => [key, values[entry]])),
    stepSize,
    backend,
    versions: { 'tfjs-mvl': VERSION, tfjs: tf.version_core },
  };
}
