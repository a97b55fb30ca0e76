import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { type Points, toPoints } from '../energy/points.ts';
import { checkPoints } from '../manifolds/checkPoints.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { STREAM } from './streams.ts';

export interface TrainingData {
  readonly train: Tensor2D;
  readonly validation: Tensor2D | null;
  dispose(): void;
}

/** Some rows of x, in the order given. */
export const rowsOf = (x: Tensor2D, rows: Int32Array): Tensor2D => tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')));

/** A copy of the points on the backend, each checked to be on the manifold. */
function checkedCopy(manifold: Manifold, x: Points, where: string): Tensor2D {
  const points = tf.tidy(() => tf.clone(toPoints(manifold, x, where)));
  try {
    checkPoints(manifold, points, where);
    return points;
  } catch (error) {
    points.dispose();
    throw error;
  }
}

/**
 * Which of n points `fit` trains on and which it keeps for validation.
 *
 * @throws RangeError where the split leaves one side empty
 */
export function splitRows(n: number, validationSplit: number, seed: number): { train: Int32Array; validation: Int32Array } {
  const count = Math.round(n * validationSplit);
  if (!(count > 0 && count < n))
    throw new RangeError(
      `fit: validationSplit = ${validationSplit} of ${n} points would leave ${count} to validate on; both sides need at least one.`,
    );
  const order = permutation(n, randomStream(seed, STREAM.split));
  return { train: order.subarray(count), validation: order.subarray(0, count) };
}

/**
 * The training and validation points, on the backend. A share is split off by a seeded permutation, not from the end as in tfjs: rows of real
 * tables are often sorted.
 *
 * @throws where a point is not on the manifold, or the split leaves one side empty
 */
export function trainingData(
  manifold: Manifold,
  x: Points,
  {
    validationData,
    validationSplit = 0,
    seed,
  }: { validationData?: Points | undefined; validationSplit?: number | undefined; seed: number },
): TrainingData {
  const all = checkedCopy(manifold, x, 'fit(x)');
  const held = (train: Tensor2D, validation: Tensor2D | null): TrainingData => ({
    train,
    validation,
    dispose: () => tf.dispose([train, ...(validation ? [validation] : [])]),
  });
  try {
    if (validationData !== undefined) {
      const validation = checkedCopy(manifold, validationData, 'fit({ validationData })');
      return held(tf.clone(all), validation);
    }
    if (validationSplit === 0) return held(tf.clone(all), null);
    const { train, validation } = splitRows(all.shape[0], validationSplit, seed);
    return held(rowsOf(all, train), rowsOf(all, validation));
  } finally {
    all.dispose();
  }
}

/** The rows of each step's minibatch out of n: every epoch takes them all in a new random order, fixed by the seed. */
export function minibatchRows(n: number, batchSize: number, seed: number): (step: number) => Int32Array {
  const stepsPerEpoch = Math.ceil(n / batchSize);
  let current: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array(0) };
  return (step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    const batch = step - epoch * stepsPerEpoch;
    if (current.epoch !== epoch) current = { epoch, order: permutation(n, randomStream(seed, STREAM.order, epoch)) };
    return current.order.subarray(batch * batchSize, (batch + 1) * batchSize);
  };
}
