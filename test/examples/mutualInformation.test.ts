import { describe, expect, it } from '@jest/globals';
import { type Channel, infoMax, informationOf, waterFilling } from '../../examples/mutualInformation/infoMax.ts';
import { gaussianPairs } from '../../examples/mutualInformation/pairs.ts';

const channel: Channel = { variances: [0.25, 4, 0.1, 0.5], outputs: 2, power: 2, noise: Math.sqrt(0.5) };

describe('the channel', () => {
  it.each([2, 0.5])('of power %d carries most where the two largest variances share it best', (power) => {
    // A second output is worth nothing at power .5.
    const found = waterFilling({ ...channel, power });
    const shared = (p: number) =>
      informationOf(
        [
          [0, Math.sqrt(p), 0, 0],
          [0, 0, 0, Math.sqrt(power - p)],
        ],
        channel,
      );
    const best = Math.max(...Array.from({ length: 10_001 }, (_, k) => shared((k / 10_000) * power)));
    expect(found).toBeCloseTo(best, 6);
  });

  it('is found by the gradient of the entropy of what it gives', async () => {
    const { first, last } = await infoMax(channel, { steps: 300, batch: 256 });
    const best = waterFilling(channel);
    expect(informationOf(first, channel)).toBeLessThan(0.7 * best);
    // After 1500 steps within 1e-4; the wrong sign of the gradient ends far below where it began.
    expect(informationOf(last, channel)).toBeGreaterThan(0.95 * best);
    expect(last.flat().reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(2, 5);
  });
});

it('pairs have the correlation that they say, through sinh too', () => {
  const correlation = (x: number[][], y: number[][]) =>
    x.reduce((sum, row, i) => sum + row.reduce((s, v, k) => s + v * y[i][k], 0), 0) / (2 * x.length);
  const [plain, mapped] = [gaussianPairs(2, 0.8).draw(50_000, 1), gaussianPairs(2, 0.8, 'sinh').draw(50_000, 1)];
  // E[x sinh(y)] = ρ E[cosh y] = ρ √e by Stein's identity; deviations of 1/√100,000.
  expect(correlation(plain.x, plain.y)).toBeCloseTo(0.8, 1);
  const scale = Math.sqrt((Math.exp(2) - 1) / 2);
  expect(Math.abs(correlation(mapped.x, mapped.y) - (0.8 * Math.sqrt(Math.E)) / scale)).toBeLessThan(0.02);
  expect(gaussianPairs(2, 0.8, 'sinh').information).toBeCloseTo(-Math.log(0.36), 12);
});
