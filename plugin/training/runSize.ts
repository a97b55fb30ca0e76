/** How long a run is. */
export interface RunSize {
  /** Rows that are trained on. */
  readonly points: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
}

export function runSize(points: number, { batchSize: wanted, epochs }: { readonly batchSize: number; readonly epochs: number }): RunSize {
  const batchSize = Math.min(wanted, points);
  const stepsPerEpoch = Math.ceil(points / batchSize);
  return { points, batchSize, stepsPerEpoch, steps: stepsPerEpoch * epochs };
}

/** How far a run is at a step, in [0, 1]. */
export const progressAt = ({ steps }: RunSize, step: number): number => (steps > 1 ? step / (steps - 1) : 0);

/** Moments of a run at which schedules are compared, to tell runs apart. */
export const MOMENTS = [0, 0.25, 0.5, 0.75, 1];
