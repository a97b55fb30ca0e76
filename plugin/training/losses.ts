import type { Scalar } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Steps whose losses may wait on the backend before they are read together. */
const WINDOW = 16;

interface Entry<Loss> {
  readonly step: number;
  readonly size: number;
  readonly epsilon: number | null;
  readonly loss: Loss;
}

type Pending = Entry<Scalar>;
type Read = Entry<number>;

/** The advice that goes with a loss that left the finite numbers. */
export function diverged(
  step: number,
  loss: string,
  epsilon: number | null,
  advice = 'Use a smaller learning rate, more smoothing, or clipNorm; the last checkpoint, if any, is from before.',
  where = 'fit',
): Error {
  const error = new Error(`${where}: training diverged at step ${step}: ${loss}${epsilon === null ? '' : ` (ε = ${epsilon})`}. ${advice}`);
  error.name = 'TrainingDiverged';
  return error;
}

export interface LossReader {
  add(entry: Pending): void;
  /**
   * Takes a loss that was read already; there must be none waiting.
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

/** Collects the losses of single steps and reads several at once, so that the backend is not waited for at every step. */
export function lossReader(record: (loss: number, size: number) => void): LossReader {
  let pending: Pending[] = [];
  let latest: number | null = null;
  const take = ({ step, size, epsilon, loss }: Read): void => {
    if (!Number.isFinite(loss)) throw diverged(step, `the loss is ${loss}`, epsilon);
    record(loss, size);
    latest = loss;
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
      const stacked = tf.tidy(() => tf.stack(entries.map(({ loss }) => loss)));
      tf.dispose(entries.map(({ loss }) => loss));
      const values = await stacked.data();
      stacked.dispose();
      for (const [i, entry] of entries.entries()) take({ ...entry, loss: values[i] });
    },
    dispose: () => tf.dispose(pending.map(({ loss }) => loss)),
  };
}
