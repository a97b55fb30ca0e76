import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { spread } from './spread.ts';

interface Attributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Not in tfjs. */
export const StridedSlice = gradient<Attributes>('StridedSlice', ['x'], (dy, [x], attributes) => ({
  x: () => {
    const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
    const { begin, end, strides } = tf.slice_util.sliceInfo(x.shape, attributes.begin, attributes.end, attributes.strides, ...masks);
    const counts = tf.slice_util.computeOutShape(begin, end, strides);
    if (tf.util.sizeFromShape(counts) === 0) return tf.zerosLike(x);
    return spread(
      tf.reshape(dy, counts),
      x.shape.map((size, axis) => ({ begin: begin[axis], stride: strides[axis], size })),
    );
  },
}));
