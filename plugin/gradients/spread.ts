import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Where a strided slice of an axis takes its entries from: begin, begin + stride, … of `size`. */
export interface Stride {
  readonly begin: number;
  readonly stride: number;
  readonly size: number;
}

/** stride − 1 zeros between neighbours along an axis. */
function apart(t: Tensor, axis: number, stride: number): Tensor {
  if (stride === 1) return t;
  const count = t.shape[axis];
  const before = tf.util.sizeFromShape(t.shape.slice(0, axis));
  const after = tf.util.sizeFromShape(t.shape.slice(axis + 1));
  const gaps = tf.pad(tf.reshape(t, [before, count, 1, after]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const extent = (count - 1) * stride + 1;
  const cut = tf.slice(tf.reshape(gaps, [before, count * stride, after]), [0, 0, 0], [before, extent, after]);
  return tf.reshape(cut, t.shape.with(axis, extent));
}

/** The transpose of a strided slice: puts each entry back where it was taken from, with zeros between. One stride for each axis; none empty. */
export function spread(t: Tensor, strides: readonly Stride[]): Tensor {
  const backwards = strides.flatMap(({ stride }, axis) => (stride < 0 ? [axis] : []));
  const forwards = backwards.length > 0 ? tf.reverse(t, backwards) : t;
  const spaced = strides.reduce((result, { stride }, axis) => apart(result, axis, Math.abs(stride)), forwards);
  const paddings = strides.map(({ begin, stride, size }, axis): [number, number] => {
    const first = stride < 0 ? begin + (t.shape[axis] - 1) * stride : begin;
    return [first, size - first - spaced.shape[axis]];
  });
  return paddings.some(([before, after]) => before > 0 || after > 0) ? tf.pad(spaced, paddings) : spaced;
}
