import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Bandwidth, checkBandwidth } from './bandwidth.ts';
import { radial } from './radial.ts';
import type { SteinKernel } from './steinKernel.ts';

export interface ImqOptions {
  /** h. Default `median`. */
  readonly bandwidth?: Bandwidth;
  /** Power of 1 + |x − y|²/h², below 0. Default −½. */
  readonly exponent?: number;
}

const power =
  (factor: number, exponent: number) =>
  (s: Tensor2D): Tensor2D =>
    tf.tidy(() => tf.mul(factor, tf.pow(tf.add(1, s), exponent)));

/**
 * The inverse multiquadric Stein kernel, k(x, y) = (1 + |x − y|²/h²)^exponent. Its tails are heavy, so that its kernel Stein discrepancy notices points
 * that wander off, for exponents between −1 and 0 in any dimension; that of `rbf` does not from three dimensions on (Gorham & Mackey 2017).
 *
 * @throws RangeError for a bandwidth that is neither a positive number nor `median`, or an exponent that is not negative
 */
export function imq({ bandwidth = 'median', exponent: e = -0.5 }: ImqOptions = {}): SteinKernel {
  if (!(e < 0 && Number.isFinite(e))) throw new RangeError(`imq: exponent must be a negative number, such as -0.5; got ${e}.`);
  return radial('imq', checkBandwidth(bandwidth, 'imq'), { value: power(1, e), first: power(e, e - 1), second: power(e * (e - 1), e - 2) });
}
