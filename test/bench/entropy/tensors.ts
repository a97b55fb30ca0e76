import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../../random/stream.ts';

/** Standard normal numbers from a seed. */
export const normal = (shape: readonly number[], seed: number): tf.Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b));
  randomStream(seed, 7).fill(values, 'gaussian');
  return tf.tensor(values, [...shape]);
};
export const normal3 = (batch: number, draws: number, dim: number, seed: number) => normal([batch, draws, dim], seed) as tf.Tensor3D;

export const number = (x: tf.Tensor): number => x.dataSync()[0];
/** The largest absolute difference. */
export const farthest = (a: tf.Tensor, b: tf.Tensor | number[][]): number => number(tf.max(tf.abs(tf.sub(a, b))));
