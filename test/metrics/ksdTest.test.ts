import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { bootstrapWeights } from '../../metrics/bootstrapWeights.ts';
import { ksdTest } from '../../metrics/ksdTest.ts';
import type { Energy } from '../../plugin/energy/energy.ts';
import { energyModel } from '../../plugin/energy/energyModel.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';
import '../support/wasm.ts';

const normalRows = (n: number, d: number, seed: number, shift = 0): number[][] => {
  const { gaussian } = randomStream(seed, 99);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => gaussian() + shift));
};

const bowl: Energy = (x) => tf.mul(0.5, tf.sum(tf.square(x), 1));
const score = (x: tf.Tensor2D) => tf.neg(x) as tf.Tensor2D;

/** Base functions k(x, y) in double precision. */
const bases = {
  imq: (l: number) => (x: number[], y: number[]) => (1 + x.reduce((r, a, i) => r + (a - y[i]) ** 2, 0) / l ** 2) ** -0.5,
  rbf: (l: number) => (x: number[], y: number[]) => Math.exp(-x.reduce((r, a, i) => r + (a - y[i]) ** 2, 0) / (2 * l ** 2)),
};

/** The Stein kernel by its definition, derivatives of k by central differences. */
function naive(k: (x: number[], y: number[]) => number, s: (x: number[]) => number[], x: number[], y: number[]): number {
  const h = 1e-3;
  const moved = (v: number[], i: number, by: number) => v.map((c, j) => (i === j ? c + by : c));
  const [sx, sy] = [s(x), s(y)];
  return x.reduce((sum, _, i) => {
    const dx = (k(moved(x, i, h), y) - k(moved(x, i, -h), y)) / (2 * h);
    const dy = (k(x, moved(y, i, h)) - k(x, moved(y, i, -h))) / (2 * h);
    const [pp, pm, mp, mm] = [
      [h, h],
      [h, -h],
      [-h, h],
      [-h, -h],
    ].map(([a, b]) => k(moved(x, i, a), moved(y, i, b)));
    return sum + sx[i] * sy[i] * k(x, y) + sx[i] * dy + sy[i] * dx + (pp - pm - mp + mm) / (4 * h * h);
  }, 0);
}

describe.each(['imq', 'rbf'] as const)('the statistic with base %s', (base) => {
  const x = normalRows(40, 3, 1, 2);
  const bandwidth = 1.3;
  /** x₁⁴/4 + |x|²/2, whose score is not linear. */
  const energy: Energy = (p) => tf.add(bowl(p), tf.div(tf.pow(tf.squeeze(tf.slice(p, [0, 0], [-1, 1]), [1]), 4), 4));
  const s = (p: number[]) => p.map((c, i) => -c - (i === 0 ? c ** 3 : 0));

  it('is that of a double loop over pairs', async () => {
    let sum = 0;
    for (const [i, a] of x.entries()) for (const [j, b] of x.entries()) if (i !== j) sum += naive(bases[base](bandwidth), s, a, b);
    const expected = sum / (40 * 39);
    const found = await ksdTest(energy, x, { base, bandwidth, replicates: 1 });
    expect(found.bandwidth).toBe(bandwidth);
    // float32 products of scores up to 60.
    expect(Math.abs(found.statistic / expected - 1)).toBeLessThan(1e-5);
  });

  it('and its p-value are the share of replicates as large, by the same loop', async () => {
    const [n, replicates] = [40, 60];
    const points = normalRows(n, 3, 2, 0.15);
    const h = points.map((a) => points.map((b) => naive(bases[base](bandwidth), (p) => p.map((c) => -c), a, b)));
    for (const bootstrap of ['multinomial', 'wild'] as const) {
      const weights = bootstrapWeights(bootstrap, n, replicates, 5, 0.5);
      const form = (w: (i: number) => number) =>
        h.reduce((sum, row, i) => sum + row.reduce((inner, value, j) => inner + (i === j ? 0 : w(i) * w(j) * value), 0), 0);
      const observed = form(() => 1 / n);
      const large = Array.from({ length: replicates }, (_, b) => form((i) => weights[i * replicates + b])).filter(
        (v) => v >= observed,
      ).length;
      const found = await ksdTest({ score }, points, { base, bandwidth, replicates, bootstrap, seed: 5 });
      expect(found.pValue).toBeCloseTo((1 + large) / (1 + replicates), 12);
      expect(large).toBeGreaterThan(0);
      expect(large).toBeLessThan(replicates);
    }
  });
});

describe('bootstrapWeights', () => {
  it('multinomial: counts of n draws, of mean 1 and variance 1 − 1/n', () => {
    const [n, replicates] = [50, 400];
    const weights = bootstrapWeights('multinomial', n, replicates, 1, 0.5);
    const sums = Array.from({ length: replicates }, (_, b) =>
      Array.from({ length: n }, (_, i) => weights[i * replicates + b]).reduce((s, w) => s + w, 0),
    );
    expect(Math.max(...sums.map(Math.abs))).toBeLessThan(1e-6);
    const variance = weights.reduce((sum, w) => sum + (n * w) ** 2, 0) / weights.length;
    // Fourth moment 4 of a Poisson count: relative deviation √(3/20,000) = 1.2 %.
    expect(Math.abs(variance / (1 - 1 / n) - 1)).toBeLessThan(0.05);
  });

  it('wild: signs whose neighbours have the correlation 1 − 2 · change', () => {
    const [n, replicates] = [50, 400];
    for (const change of [0.5, 0.1]) {
      const weights = bootstrapWeights('wild', n, replicates, 1, change);
      expect(new Set(weights.map((w) => Math.round(w * n)))).toEqual(new Set([-1, 1]));
      let product = 0;
      for (let i = 1; i < n; i++)
        for (let b = 0; b < replicates; b++) product += weights[i * replicates + b] * weights[(i - 1) * replicates + b];
      // 19,600 signs: deviation .007.
      expect(Math.abs((product * n * n) / ((n - 1) * replicates) - (1 - 2 * change))).toBeLessThan(0.03);
    }
  });
});

describe('the test', () => {
  const rejections = async (runs: number, points: (run: number) => number[][], options = {}) => {
    let count = 0;
    for (let run = 0; run < runs; run++) {
      const { pValue } = await ksdTest({ score }, points(run), { replicates: 199, seed: run, ...options });
      if (pValue <= 0.1) count++;
    }
    return count;
  };

  it.each([
    ['imq', 'multinomial'],
    ['rbf', 'wild'],
  ] as const)('rejects the truth at its level: %s, %s', async (base, bootstrap) => {
    const count = await rejections(120, (run) => normalRows(60, 2, 1000 + run), { base, bootstrap });
    // Binomial(120, .1): 12 ± 3.3; beyond 3 to 25 lies less than 1 in 1,000.
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(25);
  });

  it('rejects a shifted Gaussian, and a wider one', async () => {
    expect(await rejections(20, (run) => normalRows(100, 2, 2000 + run, 0.5))).toBeGreaterThanOrEqual(19);
    expect(await rejections(20, (run) => normalRows(100, 2, 3000 + run).map((row) => row.map((c) => 1.5 * c)))).toBeGreaterThanOrEqual(18);
  });

  it('of one autocorrelated chain needs signs that change as slowly', async () => {
    const rho = 0.9;
    const chain = (run: number) => {
      const { gaussian } = randomStream(run, 98);
      const rows = [[gaussian()]];
      while (rows.length < 150) rows.push([rho * rows[rows.length - 1][0] + Math.sqrt(1 - rho ** 2) * gaussian()]);
      return rows;
    };
    const slow = { bootstrap: 'wild', change: 0.02 };
    const [independent, dependent] = [await rejections(25, chain), await rejections(25, chain, slow)];
    expect(independent).toBeGreaterThan(10);
    // Still above the level: the bootstrap is right for long chains only.
    expect(dependent).toBeLessThan(independent / 2);
  });
});

describe('ksdTest', () => {
  const x = normalRows(30, 2, 7);

  it('is fixed by its seed, takes tensors, and leaves no tensors behind', async () => {
    const tensor = tf.tensor2d(x);
    const before = tf.memory().numTensors;
    const found = await ksdTest(bowl, tensor, { replicates: 50 });
    expect(tf.memory().numTensors).toBe(before);
    expect(await ksdTest({ score }, x, { replicates: 50, seed: 0 })).toEqual(found);
    expect(await ksdTest(bowl, x, { replicates: 50, seed: 1 })).toMatchObject({ statistic: found.statistic });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the median distance for a bandwidth', async () => {
    const { bandwidth } = await ksdTest(bowl, [[0], [1], [3], [10]], { replicates: 1 });
    // Distances 1, 2, 3, 7, 9, 10: the squares' median is (9 + 49)/2.
    expect(bandwidth).toBeCloseTo(Math.sqrt(29), 5);
  });

  it('goes through many points in blocks', async () => {
    const many = normalRows(1100, 1, 8);
    const found = await ksdTest(bowl, many, { replicates: 1, bandwidth: 1 });
    // The closed form in double precision; d = 1 keeps the double loop quick.
    let sum = 0;
    for (const [a] of many)
      for (const [b] of many) {
        const r = (a - b) ** 2;
        const f = 1 / Math.sqrt(1 + r);
        sum += a * b * f - r * f ** 3 + f ** 3 - 3 * r * f ** 5;
      }
    const diagonal = many.reduce((total, [a]) => total + a * a + 1, 0);
    expect(Math.abs(found.statistic - (sum - diagonal) / (1100 * 1099))).toBeLessThan(2e-6);
  });

  it('says what is wrong', async () => {
    const model = energyModel({ manifold: sphere(2), seed: 1 });
    await expect(ksdTest(model, x)).rejects.toThrow(/ksdTest\(x\)/);
    await expect(ksdTest({ score: (p) => tf.sum(p, 1, true) as tf.Tensor2D }, x)).rejects.toThrow(
      'for points [30, 2] the score has shape [30, 1]',
    );
    await expect(ksdTest({ score: (p) => tf.div(p, 0) as tf.Tensor2D }, x)).rejects.toThrow('the score is not a finite number');
    await expect(ksdTest(bowl, [[1]])).rejects.toThrow('at least two points, got 1');
    await expect(ksdTest(bowl, tf.tensor2d([[1], [Number.NaN], [2]]))).rejects.toThrow('a coordinate is not a finite number');
    await expect(ksdTest(bowl, [[1], [1], [1]])).rejects.toThrow('their median distance is 0; give a bandwidth');
    await expect(ksdTest(bowl, x, { base: 'box' as 'rbf' })).rejects.toThrow('unknown base "box"; expected one of imq, rbf.');
    await expect(ksdTest(bowl, x, { bootstrap: 'tame' as 'wild' })).rejects.toThrow(
      'unknown bootstrap "tame"; expected one of multinomial, wild.',
    );
    await expect(ksdTest(bowl, x, { bandwidth: 0 })).rejects.toThrow('bandwidth must be a positive number; got 0');
    await expect(ksdTest(bowl, x, { change: 0 })).rejects.toThrow('change must be a probability above 0; got 0');
    await expect(ksdTest(bowl, x, { replicates: 0.5 })).rejects.toThrow('replicates must be a whole number of at least 1; got 0.5');
  });
});
