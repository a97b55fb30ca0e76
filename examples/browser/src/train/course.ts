import type { CurvePoint, Progress } from './protocol.ts';

/** Points of the loss's curve in a whole run. */
const STRETCHES = 200;

/** What a run's curves are drawn from, epoch by epoch. */
export interface Course {
  /** @param nll null where it was not measured */
  add(epoch: number, loss: number, nll: number | null): void;
  readonly loss: readonly CurvePoint[];
  readonly nll: readonly CurvePoint[];
}

const until = (points: readonly CurvePoint[], epoch: number): readonly CurvePoint[] => points.filter((point) => point.epoch <= epoch);

/**
 * Collects the curves of a run.
 *
 * @param before what an earlier part of it had shown: what follows its checkpoint is dropped when the first epoch is added
 */
export function courseOf(epochs: number, before: Pick<Progress, 'loss' | 'nll'> = { loss: [], nll: [] }): Course {
  const stretch = Math.max(1, Math.round(epochs / STRETCHES));
  let { loss, nll } = before;
  let sum = 0;
  let count = 0;
  let started = false;
  return {
    add: (epoch, value, measured) => {
      if (!started) [loss, nll, started] = [until(loss, epoch - 1), until(nll, epoch - 1), true];
      sum += value;
      count++;
      if (epoch % stretch === 0 || epoch === epochs) {
        loss = [...loss, { epoch, value: sum / count }];
        [sum, count] = [0, 0];
      }
      if (measured !== null) nll = [...nll, { epoch, value: measured }];
    },
    get loss() {
      return loss;
    },
    get nll() {
      return nll;
    },
  };
}
