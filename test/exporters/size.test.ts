import { describe, expect, it } from '@jest/globals';
import { evaluateSize, fitSize, formatSize, sameShape, symbol } from '../../exporters/ir/size.ts';

const assignments = [
  { n: 11, m: 17 },
  { n: 13, m: 17 },
  { n: 11, m: 19 },
  { n: 15, m: 23 },
];
const at = (f: (n: number, m: number) => number) => assignments.map(({ n, m }) => f(n, m));

describe('sizes', () => {
  it('are numbers where they do not change', () =>
    expect(
      fitSize(
        at(() => 3),
        assignments,
      ),
    ).toBe(3));

  it('are affine in the symbols otherwise', () => {
    const size = fitSize(
      at((n, m) => 2 * n - m + 5),
      assignments,
    );
    expect(size).toEqual({ constant: 5, coefficients: { n: 2, m: -1 } });
    expect(evaluateSize(size as never, { n: 100, m: 10 })).toBe(195);
  });

  it.each([1e-10, 1e-7, 1, 1e7])('are as affine with coefficients of the size of %d: constants carry steps and their inverses', (unit) => {
    const size = fitSize(
      at((n) => Math.fround(unit * 3 * n)),
      assignments,
    );
    expect(size).toEqual({ constant: 0, coefficients: { n: expect.anything() } });
    const relative = evaluateSize(size as never, { n: 100, m: 10 }) / (unit * 300);
    expect(Math.abs(relative - 1)).toBeLessThan(1e-5);
    expect(
      fitSize(
        at((n) => unit / n),
        assignments,
      ),
    ).toBeNull();
  });

  it('refuse a product of symbols: the last assignment tells', () =>
    expect(
      fitSize(
        at((n, m) => n * m),
        assignments,
      ),
    ).toBeNull());

  it('print and compare', () => {
    expect(formatSize({ constant: 1, coefficients: { n: 2 } })).toBe('2*n+1');
    expect(sameShape([symbol('n'), 3], [symbol('n'), 3])).toBe(true);
    expect(sameShape([symbol('n'), 3], [symbol('m'), 3])).toBe(false);
  });
});
