import type { Scalar } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Steps whose losses may wait on the backend before they are read together. */
const WINDOW = 16;

interface Entry<Value> {
  readonly step: number;
  readonly size: number;
  readonly epsilon: number | null;
  /** What the step reported, `loss` among it. */
  readonly reports: Readonly<Record<string, Value>>;
}

type Pending = Entry<Scalar>;
type Read = Entry<number>;

/** A loss or a weight that left the finite numbers. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  /** What happened, and when, without what to do about it. */
  readonly fault: string;

  constructor(fault: string, where: string, advice: string) {
    super(`${where}: ${fault}. ${advice}`);
    this.fault = fault;
  }
}

/** With the advice that goes with it. */
export const diverged = (
  step: number,
  loss: string,
  epsilon: number | null,
  advice = 'Use a smaller learning rate, more smoothing, or clipNorm; the last checkpoint, if any, is from before.',
  where = 'fit',
): TrainingDiverged =>
  new TrainingDiverged(`training diverged at step ${step}: ${loss}${epsilon === null ? '' : ` (ε = ${epsilon})`}`, where, advice);

export interface LossReader {
  add(entry: Pending): void;
  /**
   * Takes what was read already; there must be nothing waiting.
   *
   * @throws where it is not finite
   */
  take(entry: Read): void;
  /** Whether it is time to flush. */
  full(): boolean;
  /** The last loss that was read. */
  latest(): number | null;
  /** @throws where a loss is not finite */
  flush(): Promise<void>;
  dispose(): void;
}

/** Collects what single steps report and reads several at once, so that the backend is not waited for at every step. */
export function lossReader(record: (reports: Readonly<Record<string, number>>, size: number) => void): LossReader {
  let pending: Pending[] = [];
  let latest: number | null = null;
  const take = ({ step, size, epsilon, reports }: Read): void => {
    for (const [name, value] of Object.entries(reports))
      if (!Number.isFinite(value)) throw diverged(step, `the ${name} is ${value}`, epsilon);
    record(reports, size);
    latest = reports.loss;
  };
  return {
    take,
    add: (entry: Pending) => {
      pending.push(entry);
    },
    full: () => pending.length >= WINDOW,
    latest: () => latest,
    flush: async () => {
      if (pending.length === 0) return;
      const entries = pending;
      pending = [];
      const names = Object.keys(entries[0].reports);
      const stacked = tf.tidy(() => tf.stack(entries.flatMap(({ reports }) => names.map((name) => reports[name]))));
      tf.dispose(entries.map(({ reports }) => reports));
      const values = await stacked.data();
      stacked.dispose();
      for (const [i, entry] of entries.entries())
        take({ ...entry, reports: Object.fromEntries(names.map((name, k) => [name, values[i * names.length + k]])) });
    },
    dispose: () => tf.dispose(pending.map(({ reports }) => reports)),
  };
}
