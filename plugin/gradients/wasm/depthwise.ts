import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { cropped, type PoolAttributes, padded, placesOf, put, take, windowsOf } from '../windows.ts';

type Attributes = Omit<PoolAttributes, 'filterSize'>;
type Shape = readonly [number, number, number, number];

/** ∂filter[i, j, c, m] = Σ over outputs of x seen from the place (i, j), times dy of the m-th output of channel c. */
export function depthwiseBackpropFilter(
  { x, dy }: { x: Tensor4D; dy: Tensor4D },
  { filterShape, ...attributes }: Attributes & { readonly filterShape: Shape },
): Tensor {
  const [height, width, channels, multiplier] = filterShape;
  const windows = windowsOf(x.shape, { ...attributes, filterSize: [height, width] });
  const seen = padded(x, windows, 0);
  const columns = tf.reshape(dy, [-1, channels, multiplier]);
  const sums = placesOf(windows).map((place) => tf.sum(tf.mul(tf.reshape(take(seen, windows, place), [-1, channels, 1]), columns), 0));
  return tf.reshape(tf.stack(sums), [...filterShape]);
}

/** ∂x = Σ over places (i, j) of Σₘ dy filter[i, j, c, m], put back where that place looked. */
export function depthwiseBackpropInput(
  { dy, filter }: { dy: Tensor4D; filter: Tensor4D },
  { inputShape, ...attributes }: Attributes & { readonly inputShape: Shape },
): Tensor {
  const [height, width, channels, multiplier] = filter.shape;
  const windows = windowsOf(inputShape, { ...attributes, filterSize: [height, width] });
  const [batch, outHeight, outWidth] = dy.shape;
  const columns = tf.reshape(dy, [batch, outHeight, outWidth, channels, multiplier]);
  const parts = placesOf(windows).map((place) => {
    const weights = tf.reshape(tf.slice(filter, [...place, 0, 0], [1, 1, channels, multiplier]), [channels, multiplier]);
    return put(tf.sum(tf.mul(columns, weights), 4), windows, place, inputShape);
  });
  return cropped(tf.addN(parts), windows, inputShape);
}
