import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { nextWord, uniform, wordsFrom } from '../../random/words.ts';

describe.each([0, 1, -1, 0x7fffffff, -0x80000000, 0x9e3779b9 | 0])('words from the seed %d', (seed) => {
  const reference = () => {
    const words = xoroshiro128plus(seed);
    for (let i = 0; i < 16; i++) words.next();
    return words;
  };

  it('are those of pure-rand', () => {
    const [own, theirs] = [wordsFrom(seed), reference()];
    for (let i = 0; i < 1000; i++) expect(nextWord(own)).toBe(theirs.next());
  });

  it('make its uniform numbers', () => {
    const [own, theirs] = [wordsFrom(seed), reference()];
    for (let i = 0; i < 100; i++) expect(uniform(own)).toBe(uniformFloat64(theirs));
  });
});
