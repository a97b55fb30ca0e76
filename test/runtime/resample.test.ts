import { describe, expect, it } from '@jest/globals';
import { resample } from '../../runtime/resample.ts';

const counts = (chosen: Int32Array, n: number) => Array.from({ length: n }, (_, i) => chosen.filter((c) => c === i).length);

describe('resample', () => {
  it('gives each its share to within one, whatever the offset and the level of the energies', () => {
    const shares = [0.5, 0.125, 0.25, 0, 0.125];
    for (const level of [0, 900, -900]) {
      const energies = shares.map((share) => level - Math.log(share));
      for (const u of [0.01, 0.3, 0.99]) expect(counts(resample(energies, 8, u), 5)).toEqual([4, 1, 2, 0, 1]);
    }
  });

  it('is exact in the mean over the offset', () => {
    const shares = [0.7, 0.2, 0.1];
    const energies = shares.map((share) => -Math.log(share));
    const offsets = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    const mean = shares.map((_, i) => offsets.reduce((sum, u) => sum + counts(resample(energies, 3, u), 3)[i], 0) / 1000);
    // Offsets stand on a grid of a thousandth.
    mean.forEach((value, i) => {
      expect(Math.abs(value - 3 * shares[i])).toBeLessThan(2e-3);
    });
  });

  it('passes over impossible points, the last ones too', () => {
    expect(Array.from(resample([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY], 2, 0))).toEqual([1, 1]);
  });
});
