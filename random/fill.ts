import type { Distribution, RandomStream } from './stream.ts';

export type { Distribution } from './stream.ts';

/** Fills `target` with independent draws and returns it. */
export function fillRandom(target: Float32Array, distribution: Distribution, stream: RandomStream): Float32Array {
  stream.fill(target, distribution);
  return target;
}

/** A random permutation of 0 … n − 1. */
export function permutation(n: number, stream: RandomStream): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  stream.shuffle(order);
  return order;
}
