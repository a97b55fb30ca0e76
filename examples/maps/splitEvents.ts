import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import type { LonLat } from './places.ts';

export interface Events {
  readonly train: readonly LonLat[];
  readonly validation: readonly LonLat[];
  readonly test: readonly LonLat[];
}

/** Three parts that share none, .8/.1/.1 as the seed shuffles. */
export function splitEvents(all: readonly LonLat[], seed: number): Events {
  const order = Array.from(permutation(all.length, randomStream(seed)), (i) => all[i]);
  const tenth = Math.round(all.length / 10);
  return { test: order.slice(0, tenth), validation: order.slice(tenth, 2 * tenth), train: order.slice(2 * tenth) };
}
