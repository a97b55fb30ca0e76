import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Points, toPoints } from '../../plugin/energy/points.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { inUnitInterval } from './inUnitInterval.ts';
import type { Likelihood } from './likelihood.ts';

/** Rows of data as a tensor `[n, columns]`; a tensor as it is, of which only the shape is looked at. */
export const toRows = (x: Points, columns: number, where: string): Tensor2D => toPoints(euclidean(columns), x, where);

/** @throws RangeError where data that are to be binary, or probabilities, are not in [0, 1]; the first of them is named */
export function checkRange(x: Tensor2D, { name }: Likelihood, where: string): void {
  if (!inUnitInterval(name)) return;
  // Two numbers to read, of data that may be large, and on a GPU.
  const [least, most] = tf.tidy(() => [tf.min(x).dataSync()[0], tf.max(x).dataSync()[0]]);
  if (least >= 0 && most <= 1) return;
  refuse(x, x.dataSync() as Float32Array, (value) => value >= 0 && value <= 1, where, `the likelihood ${name} needs data in [0, 1]`);
}

/** @throws RangeError where rows are not what the likelihood has as data: binary ones for `bernoulli()` */
export async function checkObserved(x: Tensor2D, { name, observe }: Likelihood, where: string): Promise<void> {
  const values = (await x.data()) as Float32Array;
  if (observe !== null) refuse(x, values, (value) => value === 0 || value === 1, where, `the likelihood ${name} is of binary data, 0 or 1`);
  else if (inUnitInterval(name))
    refuse(x, values, (value) => value >= 0 && value <= 1, where, `the likelihood ${name} is of data in [0, 1]`);
}

function refuse(x: Tensor2D, values: Float32Array, right: (value: number) => boolean, where: string, expected: string): void {
  const bad = values.findIndex((value) => !right(value));
  if (bad < 0) return;
  const [row, column] = [Math.floor(bad / x.shape[1]), bad % x.shape[1]];
  throw new RangeError(
    `${where}: ${expected}; row ${row} has ${values[bad]} in column ${column}. Scale or binarise them first, or give the model gaussianLikelihood({ deviation }).`,
  );
}
