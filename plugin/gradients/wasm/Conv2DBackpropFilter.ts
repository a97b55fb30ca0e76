import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type PoolAttributes, padded, placesOf, take, windowsOf } from '../windows.ts';

export interface Attributes extends Omit<PoolAttributes, 'filterSize'> {
  readonly filterShape: readonly [number, number, number, number];
  readonly dataFormat: 'NHWC' | 'NCHW';
}

/** ∂filter[i, j] = Xᵢⱼᵀ dY, where Xᵢⱼ holds what the filter's place (i, j) sees, one row for each output. */
export function conv2DBackpropFilter(
  { x, dy }: { x: Tensor4D; dy: Tensor4D },
  { filterShape, dataFormat, ...attributes }: Attributes,
): Tensor {
  if (dataFormat !== 'NHWC') throw new Error(`Conv2DBackpropFilter on wasm: data format must be NHWC; got ${dataFormat}.`);
  const [height, width, channels, outputs] = filterShape;
  const windows = windowsOf(x.shape, { ...attributes, filterSize: [height, width] });
  const seen = padded(x, windows, 0);
  const columns: Tensor2D = tf.reshape(dy, [-1, outputs]);
  const products = placesOf(windows).map((place) => tf.matMul(tf.reshape(take(seen, windows, place), [-1, channels]), columns, true));
  return tf.reshape(tf.stack(products), [...filterShape]);
}
