import type { Tensor2D } from '@tensorflow/tfjs';
import type { RandomStream } from '../../random/stream.ts';
import { passage, type Stage, type StepSizes, type Travel } from './passage.ts';

/** Where tuning starts. */
const FIRST = 0.1;
/** Rise of log dt for each unit of acceptance above the target. */
const RATE = 1;
/** Moves at the first temperature before the path begins, which bring dt from 0.1 to anything from 1e-6 to 100. */
const WARM_UP = 20;
/** The preliminary run takes this share of the temperatures, and at least so many. */
const SHARE = 0.1;
const LEAST = 30;

const stepsOf = (path: readonly number[]): number => Math.min(path.length - 1, Math.max(LEAST, Math.ceil(SHARE * (path.length - 1))));

/** Stages of the preliminary run. */
export const tuningStages = (path: readonly number[]): number => WARM_UP + stepsOf(path);

/** The same step size everywhere. */
export function constantSteps(stepSize: number, groups: number): StepSizes {
  const sizes = new Float64Array(groups).fill(stepSize);
  return () => sizes;
}

/**
 * Step sizes of a preliminary run along some of the temperatures, in which each group's log dt follows its acceptance (Robbins & Monro 1951, at a constant
 * rate). They stay as they are in the runs that count, whose moves so keep their densities exactly: a step that adapts within the run depends on where the
 * chain has been.
 *
 * @param start points `[rows, m]`, disposed of
 */
export async function tunedSteps(
  travel: Travel,
  path: readonly number[],
  acceptance: number,
  start: Tensor2D,
  streamOf: (stage: number) => RandomStream,
): Promise<StepSizes> {
  const steps = stepsOf(path);
  const last = path.length - 1;
  const places = Array.from({ length: steps + 1 }, (_, j) => Math.round((j * last) / steps));
  const logs = new Float64Array(travel.groups).fill(Math.log(FIRST));
  const found: Float64Array[] = [];
  function* stages(): Iterable<Stage> {
    for (let k = 0; k < WARM_UP; k++) yield { beta: path[places[1]], rise: 0, stepSizes: logs.map(Math.exp) };
    for (let j = 1; j <= steps; j++) {
      found.push(logs.map(Math.exp));
      yield { beta: path[places[j]], rise: path[places[j]] - path[places[j - 1]], stepSizes: found[j - 1] };
    }
  }
  await passage(travel, start, stages(), streamOf, ({ accepted }) => {
    for (let g = 0; g < logs.length; g++) logs[g] += RATE * (accepted[g] - acceptance);
  });
  return (place) => found[Math.max(0, Math.round((place * steps) / last) - 1)];
}
