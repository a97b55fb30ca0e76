import { describe, expect, it } from '@jest/globals';
import { randomStream } from '../../random/stream.ts';

/** P(|z| > x) for x as in tables of the normal distribution. */
const TAILS: readonly [number, number][] = [
  [0.1, 0.9203443],
  [0.5, 0.6170751],
  [1, 0.3173105],
  [2, 0.0455003],
  [3, 0.0026998],
  // Beyond the end of the lowest layer, 3.4426.
  [3.6, 0.00031822],
  [4, 0.00006334],
];

describe('the ziggurat', () => {
  const n = 4_000_000;
  const values = new Float32Array(n);
  randomStream(5, 1).fill(values, 'gaussian');

  it.each(TAILS)('has the tail of a standard normal beyond %d', (x, probability) => {
    const share = values.reduce((count, z) => count + (Math.abs(z) > x ? 1 : 0), 0) / n;
    // Four standard errors of a share of n draws.
    expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / n));
  });

  it('has the moments 0, 1, 0, 3', () => {
    const moments = [1, 2, 3, 4].map((power) => values.reduce((sum, z) => sum + z ** power, 0) / n);
    // Standard errors of the first four moments: √(1, 2, 15, 96)/√n.
    const errors = [1, 2, 15, 96].map((variance) => Math.sqrt(variance / n));
    for (const [i, expected] of [0, 1, 0, 3].entries()) expect(Math.abs(moments[i] - expected)).toBeLessThan(4 * errors[i]);
  });

  it('has neighbours that know nothing of each other', () => {
    let sum = 0;
    let squares = 0;
    for (let i = 1; i < n; i++) {
      sum += values[i] * values[i - 1];
      squares += values[i] ** 2 * values[i - 1] ** 2;
    }
    // Both the products and those of squares: 0 ± 1/√n, 1 ± √8/√n.
    expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan((4 * Math.sqrt(8)) / Math.sqrt(n));
  });

  it.each(['gaussian', 'rademacher'] as const)('fills with what single draws give: %s', (distribution) => {
    const filled = new Float32Array(1000);
    randomStream(5, 2).fill(filled, distribution);
    const stream = randomStream(5, 2);
    const single = Float32Array.from({ length: 1000 }, () => (distribution === 'gaussian' ? stream.gaussian() : stream.sign()));
    expect(filled).toEqual(single);
  });
});
