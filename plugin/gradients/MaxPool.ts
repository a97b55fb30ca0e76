import type { GradConfig, Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { cropped, type PoolAttributes, padded, placesOf, put, take, windowsOf } from './windows.ts';

/**
 * Each window hands its dy to the first of its largest entries, as in tfjs: over the places of a window, Σ put([first largest] ∘ dy). The masks
 * have no slope, and the rest is linear in dy. tfjs's own backward kernel has no gradient, and on wasm loses entries where stride and size differ.
 */
const pooling = (kernel: string, pool: (x: Tensor, attributes: PoolAttributes) => Tensor): GradConfig =>
  gradient<PoolAttributes>(kernel, ['x'], (dy, [x], attributes) => ({
    x: () => {
      const windows = windowsOf(x.shape, attributes);
      const candidates = padded(x, windows, Number.NEGATIVE_INFINITY);
      const largest = pool(x, attributes);
      let open: Tensor = tf.onesLike(largest);
      const parts = placesOf(windows).map((place) => {
        const first = tf.mul(open, tf.cast(tf.equal(take(candidates, windows, place), largest), 'float32'));
        open = tf.sub(open, first);
        return put(tf.mul(first, dy), windows, place, x.shape);
      });
      return cropped(tf.addN(parts), windows, x.shape);
    },
  }));

export const maxPooling: readonly GradConfig[] = [
  pooling(tf.MaxPool, (x, { filterSize, strides, pad, dimRoundingMode }) =>
    tf.maxPool(x as Tensor4D, filterSize as number, strides as number, pad, dimRoundingMode),
  ),
  pooling(tf.MaxPool3D, (x, { filterSize, strides, pad, dimRoundingMode }) =>
    tf.maxPool3d(x as Tensor5D, filterSize as number, strides as number, pad, dimRoundingMode),
  ),
];
