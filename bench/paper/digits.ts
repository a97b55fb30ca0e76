import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { mnist } from 'tfjs-mvl/models';
import { randomStream } from '../../random/stream.ts';

/** MNIST as tensors of grey values; the caller disposes of them. */
export async function digits() {
  const { train, test } = await mnist();
  const rows = ({ images, count, height, width }: typeof train): Tensor2D => tf.tensor2d(images, [count, height * width]);
  return { train: rows(train), test: rows(test) };
}

/** The first rows, each pixel 1 with the probability of its grey value, once and for all. */
export function binarised(x: Tensor2D, rows: number, seed: number): Tensor2D {
  return tf.tidy(() => {
    const uniform = new Float32Array(rows * x.shape[1]);
    randomStream(seed, 0x62).fill(uniform, 'uniform');
    return tf.cast(tf.less(tf.tensor2d(uniform, [rows, x.shape[1]]), tf.slice(x, [0, 0], [rows, -1])), 'float32') as Tensor2D;
  });
}
