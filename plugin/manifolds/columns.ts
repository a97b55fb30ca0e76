import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Columns start … end − 1 of `[batch, m]`. */
export const columns = (x: Tensor2D, start: number, end: number): Tensor2D => tf.slice(x, [0, start], [-1, end - start]);
