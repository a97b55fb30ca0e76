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
