import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { type DiscrepancyOptions, maximumMeanDiscrepancy, type PairKernel } from '../../metrics/maximumMeanDiscrepancy.ts';
import { randomStream } from '../../random/stream.ts';

/** n rows of d independent normal coordinates, a seed for each set. */
function normal(n: number, d: number, mean: number, deviation: number, ...seed: number[]): number[][] {
  const { gaussian } = randomStream(...seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => mean + deviation * gaussian()));
}

const square = (x: readonly number[], y: readonly number[]) => x.reduce((sum, a, i) => sum + (a - y[i]) ** 2, 0);

/** k(x, y) in double precision. */
const kernels = {
  imq: (l: number) => (x: number[], y: number[]) => (1 + square(x, y) / l ** 2) ** -0.5,
  rbf: (l: number) => (x: number[], y: number[]) => Math.exp(-square(x, y) / (2 * l ** 2)),
};

/** The mean over pairs of different points, by its definition. */
function naive(k: (x: number[], y: number[]) => number, x: number[][], y: number[][]): number {
  const mean = (a: number[][], b: number[][]) => {
    const same = a === b;
    let sum = 0;
    for (const [i, p] of a.entries()) for (const [j, q] of b.entries()) if (!same || i !== j) sum += k(p, q);
    return sum / (a.length * (b.length - (same ? 1 : 0)));
  };
  return mean(x, x) + mean(y, y) - 2 * mean(x, y);
}

const linear: PairKernel = (x, y) => tf.matMul(x, y, false, true);
const quick: DiscrepancyOptions = { replicates: 0 };

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  it.each(['imq', 'rbf'] as const)('the mean over pairs of different points, with %s', async (kernel) => {
    await tf.setBackend(backend);
    // 1,100 points of both: more than one block of rows.
    const [x, y] = [normal(700, 3, 5, 1, 1), normal(400, 3, 5.5, 1.3, 2)];
    const { squared, bandwidth, standardError } = await maximumMeanDiscrepancy(x, y, { ...quick, kernel, bandwidth: 1.4 });
    // Means of float32 values of up to 1, which differ by the 0.05 that is looked for.
    expect(Math.abs(squared - naive(kernels[kernel](1.4), x, y))).toBeLessThan(1e-6);
    expect(bandwidth).toBe(1.4);
    expect(standardError).toBeNaN();
  });

  it('of a linear kernel is |x̄ − ȳ|² without what each mean is off by', async () => {
    await tf.setBackend(backend);
    const [x, y] = [
      [1, 2, 6],
      [0, 4],
    ];
    const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
    // (81 − 41)/6 + (16 − 16)/2 − 2 · 3 · 2.
    const { squared, bandwidth } = await maximumMeanDiscrepancy(column(x), column(y), { ...quick, kernel: linear });
    expect(squared).toBeCloseTo(40 / 6 - 12, 5);
    expect(bandwidth).toBeNull();
  });
});

describe('the estimate', () => {
  it('has the median distance for its bandwidth, over both sets, copies left out', async () => {
    const { squared, bandwidth } = await maximumMeanDiscrepancy([[0], [0]], [[3], [3]], quick);
    expect(bandwidth).toBeCloseTo(3, 2);
    expect(squared).toBeCloseTo(2 - Math.SQRT2, 2);
  });

  it('is that of normal laws, and its standard error that of their spread', async () => {
    // E exp(−(x − y)²/2ℓ²) of independent normal x, y: ℓ/√(ℓ² + v) exp(−δ²/2(ℓ² + v)) with δ the difference of the means, v the sum of the
    // variances.
    const mean = (delta: number, v: number, l: number) => (l / Math.sqrt(l ** 2 + v)) * Math.exp(-(delta ** 2) / (2 * (l ** 2 + v)));
    const [shift, s, t, l] = [0.7, 1, 1.5, 0.8];
    const truth = mean(0, 2 * s ** 2, l) + mean(0, 2 * t ** 2, l) - 2 * mean(shift, s ** 2 + t ** 2, l);
    const found = [];
    for (let k = 0; k < 60; k++)
      found.push(
        await maximumMeanDiscrepancy(normal(80, 1, 0, s, 10, k), normal(120, 1, shift, t, 11, k), {
          kernel: 'rbf',
          bandwidth: l,
          replicates: 50,
        }),
      );
    const centre = found.reduce((sum, { squared }) => sum + squared / 60, 0);
    const spread = Math.sqrt(found.reduce((sum, { squared }) => sum + (squared - centre) ** 2, 0) / 59);
    expect(Math.abs(centre - truth)).toBeLessThan((4 * spread) / Math.sqrt(60));
    const error = found.reduce((sum, { standardError }) => sum + standardError / 60, 0);
    // The spread is known to 9 %; resampling finds a spread too large by a share of about 1/n of what it is under equal laws.
    expect(Math.abs(error / spread - 1)).toBeLessThan(0.4);
  }, 60_000);

  it('of the means has the standard error 2 δ √(s²/n + t²/m), δ, s and t those of the sets', async () => {
    const [x, y] = [normal(600, 1, 0, 1, 3), normal(300, 1, 2, 2, 4)];
    const { standardError } = await maximumMeanDiscrepancy(x, y, { kernel: linear, replicates: 400 });
    const [a, b] = [x, y].map((rows) => {
      const mean = rows.reduce((sum, [v]) => sum + v / rows.length, 0);
      return { mean, variance: rows.reduce((sum, [v]) => sum + (v - mean) ** 2, 0) / rows.length ** 2 };
    });
    const expected = 2 * (b.mean - a.mean) * Math.sqrt(a.variance + b.variance);
    // A deviation of 400 replicates is known to 3.5 %.
    expect(Math.abs(standardError / expected - 1)).toBeLessThan(0.14);
  });

  it('is 0 in the mean for equal laws, and below 0 about as often as above', async () => {
    const found = [];
    for (let k = 0; k < 300; k++)
      found.push((await maximumMeanDiscrepancy(normal(8, 2, 0, 1, 20, k), normal(6, 2, 0, 1, 21, k), { ...quick, bandwidth: 1 })).squared);
    const mean = found.reduce((sum, v) => sum + v / 300, 0);
    const deviation = Math.sqrt(found.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 299);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(300));
    // With pairs of a point with itself it would be (1/8 + 1/6)(1 − E k) = 0.1 at least.
    expect(mean).toBeLessThan(0.05);
    const below = found.filter((v) => v < 0).length;
    expect(below).toBeGreaterThan(100);
    expect(below).toBeLessThan(240);
  }, 60_000);

  it('is fixed by the seed, and leaves no tensor behind', async () => {
    const [x, y] = [normal(30, 2, 0, 1, 5), normal(20, 2, 0.5, 1, 6)].map((rows) => tf.tensor2d(rows));
    const before = tf.memory().numTensors;
    const first = await maximumMeanDiscrepancy(x, y, { seed: 1 });
    expect(tf.memory().numTensors).toBe(before);
    expect(await maximumMeanDiscrepancy(x, y, { seed: 1 })).toEqual(first);
    const other = await maximumMeanDiscrepancy(x, y, { seed: 2 });
    expect(other.squared).toBe(first.squared);
    expect(other.standardError).not.toBe(first.standardError);
  });
});

describe('what is refused', () => {
  const x = [
    [0, 1],
    [1, 0],
  ];
  it.each<[string, number[][], DiscrepancyOptions, RegExp]>([
    ['points of other dimensions', [[1], [2]], {}, /points of x have 2 coordinates, those of y 1; expected as many/],
    ['one point', [[1, 2]], {}, /expected at least two points in each set; got 2 and 1/],
    ['an unknown kernel', x, { kernel: 'laplace' as 'rbf' }, /unknown kernel "laplace"; expected imq, rbf or a function/],
    ['a bandwidth of nothing', x, { bandwidth: 0 }, /bandwidth must be a positive number.*got 0/],
    [
      'a bandwidth for a kernel with its own',
      x,
      { kernel: linear, bandwidth: 1 },
      /a kernel of your own has its own bandwidth; leave it out/,
    ],
    ['half a replicate', x, { replicates: 0.5 }, /replicates must be a whole number, 0 for none; got 0\.5/],
    ['a kernel of another shape', x, { kernel: (a) => a }, /the kernel of 4 and 4 points has shape \[4, 2\]; expected \[4, 4\]/],
    [
      'a kernel that is not finite',
      x,
      { kernel: (a, b) => tf.log(tf.sub(linear(a, b), 9)) as tf.Tensor2D },
      /the kernel is not a finite number at some/,
    ],
  ])('%s', async (_, y, options, message) => {
    const before = tf.memory().numTensors;
    await expect(maximumMeanDiscrepancy(x, y, options)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('points that coincide, without a bandwidth', async () => {
    const same = [
      [1, 1],
      [1, 1],
    ];
    await expect(maximumMeanDiscrepancy(same, same)).rejects.toThrow(/the points coincide.*give a bandwidth/);
    expect((await maximumMeanDiscrepancy(same, same, { bandwidth: 1 })).squared).toBeCloseTo(0, 6);
  });

  it('what is no number, in a tensor', async () => {
    await expect(
      maximumMeanDiscrepancy(
        x,
        tf.tensor2d([
          [1, 2],
          [Number.NaN, 1],
        ]),
      ),
    ).rejects.toThrow(/a coordinate is not a finite number/);
  });
});
