import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Bandwidth, checkBandwidth } from './bandwidth.ts';
import { radial } from './radial.ts';
import type { SteinKernel } from './steinKernel.ts';

export interface RbfOptions {
  /** h. Default `median`. */
  readonly bandwidth?: Bandwidth;
}

const times =
  (factor: number) =>
  (s: Tensor2D): Tensor2D =>
    tf.tidy(() => tf.mul(factor, tf.exp(tf.mul(-0.5, s))));

/**
 * The Gaussian Stein kernel, k(x, y) = exp(−|x − y|²/2h²).
 *
 * @throws RangeError for a bandwidth that is neither a positive number nor `median`
 */
export const rbf = ({ bandwidth = 'median' }: RbfOptions = {}): SteinKernel =>
  radial('rbf', checkBandwidth(bandwidth, 'rbf'), { value: times(1), first: times(-1 / 2), second: times(1 / 4) });
