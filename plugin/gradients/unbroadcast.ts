import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** The sum over the axes along which `shape` was broadcast to that of t: the transpose of broadcasting. */
export function unbroadcast(t: Tensor, shape: readonly number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], t.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(t, axes) : t, [...shape]);
}
