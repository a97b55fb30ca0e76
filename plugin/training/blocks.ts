import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** float32 values with their shape. */
export interface Block {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const toTensor = ({ shape, values }: Block): Tensor => tf.tensor(values, [...shape], 'float32');

/** Copies of tensors' values, each under `prefix/key`. */
export async function readBlocks(
  prefix: string,
  tensors: Readonly<Record<string, Tensor>> | readonly Tensor[],
): Promise<Record<string, Block>> {
  const entries = Object.entries(tensors).map(async ([key, tensor]): Promise<[string, Block]> => {
    return [`${prefix}/${key}`, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}
