/** The 128 bits of a xoroshiro128+, in signed words: its two halves, each low word first. */
export interface Words {
  low0: number;
  high0: number;
  low1: number;
  high1: number;
}

/** The first outputs of a state that was filled from 32 bits still show it. */
const WARM_UP = 16;

/** The next word, 32 bits as a signed integer: the low half of xoroshiro128+ with the constants 24, 16, 37 (Blackman and Vigna 2018). */
export function nextWord(words: Words): number {
  const { low0, high0 } = words;
  const word = (low0 + words.low1) | 0;
  const low = words.low1 ^ low0;
  const high = words.high1 ^ high0;
  words.low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16);
  words.high0 = (high0 << 24) ^ (low0 >>> 8) ^ high ^ ((high << 16) | (low >>> 16));
  words.low1 = (high << 5) ^ (low >>> 27);
  words.high1 = (low << 5) ^ (high >>> 27);
  return word;
}

/** The words that the package pure-rand makes of a seed of 32 bits, less the first few. */
export function wordsFrom(seed: number): Words {
  const words = { low0: ~seed, high0: -1, low1: 0, high1: seed | 0 };
  for (let i = 0; i < WARM_UP; i++) nextWord(words);
  return words;
}

/** Uniform on [0, 1), 53 bits: 26 of one word and 27 of the next. */
export const uniform = (words: Words): number => (nextWord(words) & 0x3ffffff) * 2 ** -26 + (nextWord(words) & 0x7ffffff) * 2 ** -53;
