import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type Features, frechetDistance } from '../../metrics/frechetDistance.ts';
import { randomStream } from '../../random/stream.ts';

/** What scipy says; see test/golden/frechetDistance.py. */
const golden = JSON.parse(readFileSync(new URL('../golden/frechetDistance.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly a: number[][];
  readonly b: number[][];
  readonly distance: number;
}[];

const distanceOf = async (a: Features, b: Features): Promise<number> => (await frechetDistance(a, b, { replicates: 0 })).distance;

/** n rows of independent normal features of a mean and a deviation, a seed for each set. */
function normal(n: number, k: number, mean: number, deviation: number, ...seed: number[]): number[][] {
  const { gaussian } = randomStream(...seed);
  return Array.from({ length: n }, () => Array.from({ length: k }, () => mean + deviation * gaussian()));
}

describe('the distance', () => {
  it.each(golden)('of $name is that of scipy', async ({ a, b, distance }) => {
    // Sums of tens of terms, eigenvalues to a few units of the last digit.
    expect(Math.abs((await distanceOf(a, b)) / distance - 1)).toBeLessThan(1e-10);
  });

  it('of equal sets is 0, in whatever order', async () => {
    const { a } = golden[3];
    expect(await distanceOf(a, a.toReversed())).toBeLessThan(1e-10);
  });

  it('of a set and the same moved by c is |c|²', async () => {
    const { a } = golden[2];
    const moved = a.map((row) => row.map((v, p) => v + p - 1));
    expect(await distanceOf(a, moved)).toBeCloseTo(1 + 0 + 1 + 4 + 9, 9);
  });

  it('of diagonal covariances is Σ (σ − τ)²', async () => {
    // ±s along each axis: variances 2s²/(n − 1) with n = 2k.
    const along = (scales: number[]) => scales.flatMap((s, i) => [s, -s].map((value) => scales.map((_, p) => (p === i ? value : 0))));
    const [s, t] = [
      [1, 2, 0.5],
      [3, 1, 0.25],
    ];
    expect(await distanceOf(along(s), along(t))).toBeCloseTo((2 / 5) * s.reduce((sum, v, p) => sum + (v - t[p]) ** 2, 0), 12);
  });

  it('of two features has a closed form for axes that differ: Tr (AB)^½ = √(Tr AB + 2 √(det A det B))', async () => {
    // Rows ±u, ±v have the covariance ⅔(uuᵀ + vvᵀ), of determinant 4/9 · (u × v)².
    const plusMinus = (...rows: number[][]) => rows.flatMap((row) => [row, row.map((v) => -v)]);
    const [a, b] = [
      [
        [2, 1],
        [0, 0.5],
      ],
      [
        [-1, 3],
        [1, 1],
      ],
    ];
    const square = (rows: number[][]) => rows.flat().reduce((sum, v) => sum + v * v, 0);
    const cross = ([u, v]: number[][]) => Math.abs(u[0] * v[1] - u[1] * v[0]);
    const traceOfProduct = a.flatMap((u) => b.map((v) => (u[0] * v[0] + u[1] * v[1]) ** 2)).reduce((sum, v) => sum + v, 0);
    const expected = (2 / 3) * (square(a) + square(b) - 2 * Math.sqrt(traceOfProduct + 2 * cross(a) * cross(b)));
    expect(expected).toBeGreaterThan(1);
    expect(await distanceOf(plusMinus(...a), plusMinus(...b))).toBeCloseTo(expected, 12);
  });

  it('takes covariances that are singular', async () => {
    // A = 2aaᵀ, B = 2bbᵀ: Tr (AB)^½ = 2|⟨a, b⟩|. Eigenvalues that are 0 come as 1e-16, their roots as 1e-8.
    const [a, b] = [
      [1, 2, 0, -1, 0],
      [2, 1, 0, 1, 3],
    ];
    const line = (row: number[]) => [row, row.map((v) => -v)];
    expect(await distanceOf(line(a), line(b))).toBeCloseTo(2 * (6 + 15 - 2 * 3), 6);
    expect(await distanceOf(line(a), line(a))).toBeLessThan(1e-6);
    expect(await distanceOf([a, a], [b, b, b])).toBeCloseTo(1 + 1 + 0 + 4 + 9, 12);
  });

  it('keeps its digits far from the origin', async () => {
    const { a, b, distance } = golden[1];
    const far = (rows: number[][]) => rows.map((row) => row.map((v) => v + 1e6));
    // The rows themselves are rounded to 1e-10.
    expect(await distanceOf(far(a), far(b))).toBeCloseTo(distance, 7);
  });

  it('takes tensors, rows, and numbers with their shape', async () => {
    const { a, b } = golden[3];
    const flat = (rows: number[][]) => ({ data: Float32Array.from(rows.flat()), dims: [rows.length, rows[0].length] });
    const tensors = [tf.tensor2d(a), tf.tensor2d(b)];
    const before = tf.memory().numTensors;
    const found = await distanceOf(tensors[0], tensors[1]);
    expect(tf.memory().numTensors).toBe(before);
    expect(await distanceOf(flat(a), flat(b))).toBe(found);
    const rows = [a, b].map((set) => set.map((row) => Float32Array.from(row)));
    expect(await distanceOf(rows[0], rows[1])).toBe(found);
    // In double precision the rows are others.
    expect(await distanceOf(a, b)).not.toBe(found);
    expect(await distanceOf(a, b)).toBeCloseTo(found, 5);
  });
});

describe('the bootstrap', () => {
  it('finds bias and standard error of one feature', async () => {
    const [n, m, shift, s, t] = [800, 500, 1, 1, 3];
    const sets = [normal(n, 1, 0, s, 1), normal(m, 1, shift, t, 2)] as const;
    const { bias, standardError } = await frechetDistance(...sets, { replicates: 1000 });
    // (x̄ − ȳ)² + (s − t)² with variances s²/n and t²/m of the means, half as large of the deviations, which are themselves too small by s/4n.
    const noise = s ** 2 / n + t ** 2 / m;
    const deviation = Math.sqrt(4 * shift ** 2 * noise + 2 * (s - t) ** 2 * noise);
    const expected = 1.5 * noise + 2 * (s - t) * (t / (4 * m) - s / (4 * n));
    // Sampling of the sets moves the deviation by some 5 %, that of the replicates by 2 %, and the bias by a thirtieth of the deviation.
    expect(Math.abs(standardError / deviation - 1)).toBeLessThan(0.15);
    expect(Math.abs(bias - expected)).toBeLessThan((3 * deviation) / Math.sqrt(1000));
  });

  it('has intervals that hold the distance of the laws as often as they say', async () => {
    const [simulations, n, k, shift, t] = [150, 200, 2, 0.5, 1.5];
    const truth = k * (shift ** 2 + (t - 1) ** 2);
    const held = { 0.5: 0, 0.95: 0 };
    for (let s = 0; s < simulations; s++)
      for (const level of [0.5, 0.95] as const) {
        const sets = [normal(n, k, 0, 1, 10, s), normal(n, k, shift, t, 11, s)] as const;
        const [low, high] = (await frechetDistance(...sets, { replicates: 60, level, seed: s })).interval;
        if (low <= truth && truth <= high) held[level]++;
      }
    // Three binomial deviations, and a few per cent because the distance is not quite normal and 60 replicates know its deviation to 9 %.
    expect(Math.abs(held[0.5] / simulations - 0.5)).toBeLessThan(0.16);
    expect(held[0.95] / simulations).toBeGreaterThan(0.88);
  });

  it('takes off the bias of many features', async () => {
    const [n, k, t] = [300, 20, 1.1];
    const truth = k * (t - 1) ** 2;
    for (let s = 0; s < 5; s++) {
      const sets = [normal(n, k, 0, 1, 20, s), normal(n, k, 0, t, 21, s)] as const;
      const { distance, standardError, interval } = await frechetDistance(...sets, { replicates: 50, seed: s });
      expect(distance - truth).toBeGreaterThan(3 * standardError);
      expect(interval[0]).toBeLessThan(truth);
      expect(interval[1]).toBeGreaterThan(truth);
      expect(interval[1]).toBeLessThan(distance);
    }
  });

  it('is fixed by the seed, and resamples the sets apart', async () => {
    const { a, b, distance } = golden[1];
    const found = await frechetDistance(a, b, { replicates: 20, seed: 3 });
    expect(found.distance).toBeCloseTo(distance, 10);
    expect(await frechetDistance(a, b, { replicates: 20, seed: 3 })).toEqual(found);
    expect((await frechetDistance(a, b, { replicates: 20, seed: 4 })).standardError).not.toBe(found.standardError);
    // Were both sets resampled alike, a set would be at no distance from itself in every replicate.
    expect((await frechetDistance(a, a, { replicates: 20 })).bias).toBeGreaterThan(0.01);
  });

  it('of nothing is not a number', async () => {
    const { distance, ...rest } = await frechetDistance(golden[0].a, golden[0].b, { replicates: 0 });
    expect(distance).toBeGreaterThan(0);
    expect(rest).toEqual({ bias: NaN, standardError: NaN, interval: [NaN, NaN] });
  });
});

it('refuses what are no features, and options out of range', async () => {
  const { a, b } = golden[1];
  await expect(frechetDistance([a[0]], b)).rejects.toThrow('(a): expected at least two rows of features, [n, k] with n ≥ 2; got [1, 3]');
  await expect(frechetDistance(a, [])).rejects.toThrow('(b): expected at least two rows of features, [n, k] with n ≥ 2; got [0, 0]');
  await expect(frechetDistance(a, tf.zeros([4]))).rejects.toThrow('got [4]');
  await expect(frechetDistance(a, golden[0].b)).rejects.toThrow('a has 3 features a row, b has 1');
  await expect(frechetDistance(a, [...b, [1, NaN, 2]])).rejects.toThrow('(b): row 20, column 1 is NaN; expected finite numbers.');
  await expect(frechetDistance(tf.tensor2d([[1], [Infinity]]), b)).rejects.toThrow('(a): row 1, column 0 is Infinity');
  await expect(frechetDistance([...a, [1]], b)).rejects.toThrow('(a): row 20 has 1 columns, row 0 has 3.');
  await expect(frechetDistance({ data: [1, 2, 3], dims: [2, 2] }, b)).rejects.toThrow('(a): 3 numbers do not make the shape [2, 2].');
  for (const [what, words] of [
    [[1, 2], 'an array of numbers'],
    [null, 'null'],
    ['rows', 'string'],
  ] as const)
    await expect(frechetDistance(what as unknown as Features, b)).rejects.toThrow(`or { data, dims }; got ${words}.`);
  const huge = a.map((row) => row.map((v) => 1e80 * v));
  await expect(frechetDistance(huge, huge)).rejects.toThrow('so large that products of their variances overflow');
  await expect(frechetDistance(a, b, { replicates: 1.5 })).rejects.toThrow('replicates must be a whole number, 0 for none; got 1.5.');
  await expect(frechetDistance(a, b, { replicates: -1 })).rejects.toThrow('got -1');
  await expect(frechetDistance(a, b, { level: 95 })).rejects.toThrow('level must be a probability in (0, 1), such as 0.95; got 95.');
});
