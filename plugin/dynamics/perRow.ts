import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** A step size as it stands beside numbers for each row, `[batch]`: one of `[batch, 1]` loses its column. */
export const perRow = (dt: number | Scalar | Tensor2D): number | Tensor =>
  typeof dt === 'number' || dt.rank === 0 ? dt : tf.squeeze(dt, [1]);
