import { type DeviceTensor, numbersOf, type OrtLike, type OrtTensor } from '../ort.ts';
import type { Sessions } from '../sessions.ts';
import { completeInputs, type Moment } from './completeInputs.ts';
import { STEP } from './openStep.ts';
import type { ReadInputs } from './readInputs.ts';
import type { StateStore } from './stateStore.ts';
import { tensorOf } from './tensors.ts';
import type { TrainCard } from './trainCard.ts';

type Reports = Readonly<Record<string, number>>;

/** The loss decides where there is one; else every number. */
const isFiniteReport = (reports: Reports): boolean => ('loss' in reports ? [reports.loss] : Object.values(reports)).every(Number.isFinite);

function diverged(reports: Reports, step: number, learningRate: number, { blocks }: ReadInputs): Error {
  const list = Object.entries(reports).map(([name, value]) => `${name} is ${value}`);
  const bad = Object.keys(blocks).find((name) => !blocks[name].values.every(Number.isFinite));
  const error = new Error(
    `step: training diverged at step ${step}: ${list.join(', ')} (learning rate ${learningRate}). The state is still that before this step. ` +
      (bad === undefined ? 'Use a smaller learning rate, or load an earlier state.' : `The input ${bad} has values that are not finite.`),
  );
  error.name = 'TrainingDiverged';
  return error;
}

/**
 * Runs the step once and moves the state on.
 *
 * @throws Error named TrainingDiverged, with the state left as it was, where what the step reports is not finite
 */
export function stepRunner(
  ort: OrtLike,
  card: TrainCard,
  sessions: Sessions,
  store: StateStore,
): (given: ReadInputs, moment: Moment & { readonly learningRate: number }) => Promise<Record<string, number>> {
  return async (given, { seed, step, learningRate }) => {
    const feeds: Record<string, OrtTensor> = store.feeds();
    for (const [name, block] of Object.entries(completeInputs(card, given, { seed, step }))) feeds[name] = tensorOf(ort, block);
    feeds[card.optimizer.input] = tensorOf(ort, { dtype: 'float32', shape: [], values: Float32Array.of(learningRate) });
    // onnxruntime takes null for a tensor that it allocates itself.
    const results = await sessions.run(STEP, feeds, store.fetches() as Record<string, OrtTensor> | undefined);
    const reports: Record<string, number> = {};
    for (const name of card.reports) {
      [reports[name]] = (await numbersOf(results[name])) as Float32Array;
      (results[name] as DeviceTensor).dispose?.();
    }
    if (!isFiniteReport(reports)) {
      store.refuse(results);
      throw diverged(reports, step, learningRate, given);
    }
    store.advance(results);
    return reports;
  };
}
