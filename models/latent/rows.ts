import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Points, toPoints } from '../../plugin/energy/points.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { inUnitInterval } from './inUnitInterval.ts';
import type { Likelihood } from './likelihood.ts';

/** Rows of data as a tensor `[n, columns]`; a tensor as it is, of which only the shape is looked at. */
export const toRows = (x: Points, columns: number, where: string): Tensor2D => toPoints(euclidean(columns), x, where);

/** @throws RangeError where data that are to be binary, or probabilities, are not in [0, 1] */
export function checkRange(x: Tensor2D, { name }: Likelihood, where: string): void {
  if (!inUnitInterval(name)) return;
  const [least, most] = tf.tidy(() => [tf.min(x).dataSync()[0], tf.max(x).dataSync()[0]]);
  if (least >= 0 && most <= 1) return;
  throw new RangeError(
    `${where}: the likelihood ${name} needs data in [0, 1]; these are in [${least}, ${most}]. Scale them first, for example x / 255.`,
  );
}
