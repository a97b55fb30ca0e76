import type { GradConfig, NamedAttrMap, Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { cropped, type PoolAttributes, padded, type Window, windowsOf } from './windows.ts';

/** filter / (entries of the window that lie within x), for each output along one axis. */
const share = ({ filter, stride, before, out }: Window, size: number): number[] =>
  Array.from({ length: out }, (_, i) => {
    const start = i * stride - before;
    return filter / (Math.min(start + filter, size) - Math.max(start, 0));
  });

/** dy times the share of each window, `[…]` broadcast along batch and channels. */
const weighted = (dy: Tensor, windows: readonly Window[], shape: readonly number[]): Tensor =>
  windows.reduce((t, window, i) => {
    const along = dy.shape.map((_, axis) => (axis === i + 1 ? window.out : 1));
    return tf.mul(t, tf.tensor(share(window, shape[i + 1]), along));
  }, dy);

/**
 * The mean over a window counts what lies within x; the backward kernels of tfjs's backends divide by the whole window, so that its own first
 * derivative is wrong at padded borders. Here the padding is made explicit, and the backward kernel runs without any.
 */
const forward = (kernel: string, toInput: string): GradConfig =>
  gradient<PoolAttributes>(kernel, ['x'], (dy, [x], attributes) => ({
    x: () => {
      const windows = windowsOf(x.shape, attributes);
      const input = padded(x, windows, 0);
      const whole = input === x;
      const { filterSize, strides } = attributes;
      const inputs = { dy: whole ? dy : weighted(dy, windows, x.shape), input };
      const result: Tensor = tf.engine().runKernel(toInput, inputs, { filterSize, strides, pad: 'valid' } as unknown as NamedAttrMap);
      return cropped(result, windows, x.shape);
    },
  }));

/** Without padding, the transpose of the backward kernel is the pooling itself. */
const backward = (kernel: string, pool: (above: Tensor, attributes: PoolAttributes) => Tensor): GradConfig =>
  gradient<PoolAttributes>(kernel, ['input'], (above, [input], attributes) => ({
    dy: () => pool(above, attributes),
    input: () => tf.zerosLike(input),
  }));

export const averagePooling: readonly GradConfig[] = [
  forward(tf.AvgPool, tf.AvgPoolGrad),
  forward(tf.AvgPool3D, tf.AvgPool3DGrad),
  backward(tf.AvgPoolGrad, (above, { filterSize, strides }) =>
    tf.avgPool(above as Tensor4D, filterSize as number, strides as number, 'valid'),
  ),
  backward(tf.AvgPool3DGrad, (above, { filterSize, strides }) =>
    tf.avgPool3d(above as Tensor5D, filterSize as number, strides as number, 'valid'),
  ),
];
