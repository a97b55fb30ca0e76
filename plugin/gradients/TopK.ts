import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Each largest value came from one entry, and its dy goes back there. Not in tfjs. */
export const TopK: GradConfig = {
  kernelName: 'TopK',
  inputsToSave: ['x'],
  gradFunc: (dys, [x], attributes) => ({
    x: () => {
      const [above] = dys as Tensor[];
      const { indices } = tf.topk(x, attributes.k as number, attributes.sorted as boolean);
      const places = tf.oneHot(indices, x.shape[x.rank - 1]);
      return tf.sum(tf.mul(tf.expandDims(above, -1), places), -2);
    },
  }),
};
