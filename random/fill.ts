import type { Distribution, RandomStream } from './stream.ts';

export type { Distribution } from './stream.ts';

/** Fills `target` with independent draws and returns it. */
export function fillRandom(target: Float32Array, distribution: Distribution, stream: RandomStream): Float32Array {
  stream.fill(target, distribution);
  return target;
}

/** A random permutation of 0 … n − 1 (Fisher–Yates). */
export function permutation(n: number, stream: RandomStream): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
