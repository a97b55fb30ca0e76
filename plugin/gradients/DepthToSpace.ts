import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

interface Attributes {
  readonly blockSize: number;
  readonly dataFormat: 'NHWC' | 'NCHW';
}

/** Space back to depth: block rows and columns move to the front of the channels. Not in tfjs. */
export const DepthToSpace = gradient<Attributes>('DepthToSpace', ['x'], (dy, [x], { blockSize: b, dataFormat }) => ({
  x: () => {
    const [batch, ...rest] = (x as Tensor4D).shape;
    if (dataFormat === 'NHWC') {
      const [height, width, channels] = rest;
      const blocks = tf.reshape(dy, [batch, height, b, width, b, channels / (b * b)]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), x.shape);
    }
    const [channels, height, width] = rest;
    const blocks = tf.reshape(dy, [batch, channels / (b * b), height, b, width, b]);
    return tf.reshape(tf.transpose(blocks, [0, 3, 5, 1, 2, 4]), x.shape);
  },
}));
