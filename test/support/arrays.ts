import * as tf from '@tensorflow/tfjs';

/** The largest absolute entry; NaN where there is one. */
export const largest = (t: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(t)).dataSync()[0]);

/** A tensor's values in double precision. */
export const numbers = (t: tf.Tensor): number[] => Array.from(t.dataSync());
