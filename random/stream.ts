import { nextWord, uniform, type Words, wordsFrom } from './words.ts';
import { zigguratFill } from './ziggurat.ts';

/** `uniform`: on [0, 1), 24 bits; `rademacher`: −1 or +1. */
export type Distribution = 'gaussian' | 'rademacher' | 'uniform';

/** A seeded stream of random numbers. Two streams made from the same key give the same numbers on every platform. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  gaussian(): number;
  /** −1 or +1 with equal probability. */
  sign(): number;
  /** Fills `target` with what as many calls of `gaussian` or `sign` would give, or with uniform numbers of as many bits as a float has. */
  fill(target: Float32Array, distribution: Distribution): void;
  /** Puts the entries of `order` into a random order (Fisher–Yates). */
  shuffle(order: Int32Array): void;
}

/** murmur3's finaliser over a running sum: neighbouring keys such as (seed, step) and (seed, step + 1) land far apart. */
function mix(key: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const word of key) {
    hash = (hash + Math.imul(word | 0, 0x85ebca6b) + 0x9e3779b9) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash | 0;
}

/** Without a branch, which would be mispredicted half of the time. */
const sign = (words: Words): number => (nextWord(words) >> 31) | 1;

/**
 * A stream keyed by integers, for example `randomStream(seed, epoch, step)`. Nothing has to be saved to resume: the key is the state.
 *
 * @param key integers; only their low 32 bits count
 */
export function randomStream(...key: readonly number[]): RandomStream {
  const words = wordsFrom(mix(key));
  const one = new Float64Array(1);
  return {
    uniform: () => uniform(words),
    gaussian: () => {
      zigguratFill(one, words);
      return one[0];
    },
    sign: () => sign(words),
    fill: (target, distribution) => {
      if (distribution === 'gaussian') zigguratFill(target, words);
      else if (distribution === 'rademacher') for (let i = 0; i < target.length; i++) target[i] = sign(words);
      // 24 bits: a float of 32 would round the last ones up to 1.
      else for (let i = 0; i < target.length; i++) target[i] = (nextWord(words) >>> 8) * 2 ** -24;
    },
    shuffle: (order) => {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(uniform(words) * (i + 1));
        const kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
    },
  };
}
