import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Sums the rows of each segment; rows of negative segments are dropped. */
export function unsortedSegmentSum({ x, segmentIds }: { x: Tensor; segmentIds: Tensor }, { numSegments }: { numSegments: number }): Tensor {
  const count = segmentIds.size;
  const rest = x.shape.slice(segmentIds.rank);
  const ids: Tensor1D = tf.reshape(segmentIds, [count]);
  const kept = tf.cast(tf.greaterEqual(ids, tf.scalar(0, 'int32')), 'float32');
  const rows = tf.mul(tf.reshape(x, [count, x.size / count]), tf.reshape(kept, [count, 1]));
  const places = tf.reshape(tf.maximum(ids, tf.scalar(0, 'int32')), [count, 1]);
  return tf.reshape(tf.scatterND(places, rows, [numSegments, x.size / count]) as Tensor, [numSegments, ...rest]);
}
