import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import type { NoiseSpec } from '../../plugin/noise/noiseSpec.ts';
import type { Evaluation } from '../../plugin/training/executor.ts';
import type { RandomStream } from '../../random/stream.ts';
import { FACTS, stateOf } from './transition.ts';

/** Chains side by side: the c-th of group g is row c · groups + g. */
export interface Layout {
  readonly groups: number;
  readonly chains: number;
}

/** What all passages of one call have in common. */
export interface Travel extends Layout {
  readonly step: Evaluation;
  readonly noise: NoiseSpec;
  /** What each row is given, `[rows, …]`, or null. */
  readonly given: Tensor2D | null;
  /** Between steps: reports, gives the event loop a turn, and throws after an abort. */
  readonly pause: () => Promise<void>;
}

/** One stage of a passage: a move at β after its rise by `rise`, with one step size for each group. */
export interface Stage {
  readonly beta: number;
  readonly rise: number;
  readonly stepSizes: ArrayLike<number>;
}

/** The step size of each group by place on the path, from 0 to T. */
export type StepSizes = (place: number) => ArrayLike<number>;

/** The stages of a path: up from β = 0, or down from β = 1. */
export const stagesOf = (path: readonly number[], stepSizes: StepSizes, direction: 1 | -1): Stage[] => {
  const last = path.length - 1;
  return Array.from({ length: last }, (_, k) => {
    const place = direction > 0 ? k + 1 : last - k - 1;
    return { beta: path[place], rise: path[place] - path[place - direction], stepSizes: stepSizes(place) };
  });
};

/** What a stage did: the log-weights gained, `[rows]`, and the share of accepted proposals of each group, `[groups]`. */
export interface Passed {
  readonly gains: Float64Array;
  readonly accepted: Float64Array;
}

/** Step sizes of all groups are scaled by one number from this interval, new at each stage: a fixed length of path can be a period of the motion. */
const JITTER = [0.8, 1.2] as const;

/** One entry of each group, for every row, `[rows, 1]`. */
function spread(values: ArrayLike<number>, scale: number, { groups, chains }: Layout): Tensor2D {
  const rows = new Float32Array(groups * chains);
  for (let r = 0; r < rows.length; r++) rows[r] = scale * values[r % groups];
  return tf.tensor2d(rows, [rows.length, 1]);
}

/**
 * Takes chains through stages, one after the other.
 *
 * @param start points `[rows, m]`, disposed of
 * @param stages made when they are reached, so that they may follow from the ones before
 * @param streamOf the random numbers of a stage
 * @param visit told what each stage did
 * @throws where a log-weight is NaN or +∞
 */
export async function passage(
  travel: Travel,
  start: Tensor2D,
  stages: Iterable<Stage>,
  streamOf: (stage: number) => RandomStream,
  visit: (passed: Passed) => void,
): Promise<void> {
  const { groups, chains, step, noise, given, pause } = travel;
  const [rows, m] = start.shape;
  let state: Tensor = stateOf(start);
  start.dispose();
  let k = 0;
  try {
    for (const { beta, rise, stepSizes } of stages) {
      const stream = streamOf(k++);
      const scale = JITTER[0] + (JITTER[1] - JITTER[0]) * stream.uniform();
      const inputs = [drawNoise(noise, [rows, m], stream), tf.scalar(beta), tf.scalar(rise), spread(stepSizes, scale, travel)];
      let next: Tensor;
      try {
        next = await step(state, ...inputs, ...(given === null ? [] : [given]));
      } finally {
        tf.dispose(inputs);
      }
      state.dispose();
      state = next;
      const values = await state.data();
      const gains = new Float64Array(rows);
      const accepted = new Float64Array(groups);
      for (let r = 0; r < rows; r++) {
        gains[r] = values[r * (m + FACTS) + m];
        accepted[r % groups] += values[r * (m + FACTS) + m + 1] / chains;
        if (Number.isNaN(gains[r]) || gains[r] === Number.POSITIVE_INFINITY)
          throw new Error(
            `annealedImportanceSampling: the log-weight of row ${r} is ${gains[r]} at β = ${beta.toPrecision(4)}: the energy must be a number above −∞, ` +
              'the one of the base finite.',
          );
      }
      visit({ gains, accepted });
      await pause();
    }
  } finally {
    state.dispose();
  }
}
