import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. Two streams made from the same key give the same numbers on every platform. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  gaussian(): number;
  /** −1 or +1 with equal probability. */
  sign(): number;
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

/** xoroshiro128+ fills its state from 32 bits; the first outputs still show it. */
const WARM_UP = 16;

/**
 * A stream keyed by integers, for example `randomStream(seed, epoch, step)`. Nothing has to be saved to resume: the key is the state.
 *
 * @param key integers; only their low 32 bits count
 */
export function randomStream(...key: readonly number[]): RandomStream {
  const generator = xoroshiro128plus(mix(key));
  for (let i = 0; i < WARM_UP; i++) generator.next();
  let spare: number | null = null;
  return {
    uniform: () => uniformFloat64(generator),
    gaussian: () => {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // Box–Muller; 1 − u lies in (0, 1], so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      const angle = 2 * Math.PI * uniformFloat64(generator);
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    sign: () => (generator.next() < 0 ? -1 : 1),
  };
}
