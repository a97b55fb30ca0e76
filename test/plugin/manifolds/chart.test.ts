import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { jacobian, partials } from '../../support/differences.ts';

/** The inverse of the stereographic chart of the north, in double precision. */
function decode(x: number[]): number[] {
  const square = x.reduce((sum, v) => sum + v * v, 0);
  return [...x.map((v) => (2 * v) / (1 + square)), (1 - square) / (1 + square)];
}

/** g = JᵀJ by central differences; this chart's is diagonal, which the test checks. */
function metric(x: number[]): number[][] {
  const J = jacobian(decode, x);
  return x.map((_, i) => x.map((_, j) => J.reduce((sum, row) => sum + row[i] * row[j], 0)));
}

const logRootDeterminant = (x: number[]) => metric(x).reduce((sum, row, i) => sum + Math.log(row[i]) / 2, 0);

describe.each([1, 2, 5])('the stereographic chart of S^%d', (n) => {
  const chart = sphere(n).chart!;
  const normal = (columns: number, seed: number) => drawNoise(gaussian(), [40, columns], randomStream(seed)) as tf.Tensor2D;
  const points = sphere(n).project(normal(n + 1, 1));

  it('returns to the point, from both halves, the poles and the equator', () => {
    const axes = tf.eye(n + 1);
    const y = tf.concat([points, axes, tf.neg(axes)]) as tf.Tensor2D;
    const { x, side } = chart.encode(y);
    expect(new Set(numbers(side))).toEqual(new Set([1, -1]));
    expect(largest(tf.sub(chart.decode(x, side), y))).toBeLessThan(1e-6);
    expect(Math.max(...numbers(tf.sum(tf.square(x), 1)))).toBeLessThan(1 + 1e-6);
  });

  it('sees each half from the other pole', () => {
    const [{ x: up, side: over }, { x: down, side: under }] = [points, tf.neg(points) as tf.Tensor2D].map((y) => chart.encode(y));
    expect(largest(tf.sub(up, down))).toBe(0);
    expect(largest(tf.add(over, under))).toBe(0);
  });

  it('has the metric of its embedding, and the drift Δ_M xⁱ = |g|^(−½) ∂ₖ(|g|^½ gⁱᵏ) of Brownian motion', () => {
    const x = normal(n, 2);
    const v = normal(n, 3);
    const [raised, coloured, drift, volume] = [chart.raise(x, v), chart.colour(x, v), chart.volumeDrift(x), chart.logVolumeElement(x)].map(
      (t) => t.arraySync(),
    ) as [number[][], number[][], number[][], number[]];
    (x.arraySync() as number[][]).slice(0, 10).forEach((at, row) => {
      const g = metric(at);
      const covector = (v.arraySync() as number[][])[row];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) if (i !== j) expect(Math.abs(g[i][j])).toBeLessThan(1e-8);
        expect(Math.abs((raised[row][i] * g[i][i]) / covector[i] - 1)).toBeLessThan(1e-5);
        expect(Math.abs((coloured[row][i] * Math.sqrt(g[i][i])) / covector[i] - 1)).toBeLessThan(1e-5);
        const flow = (p: number[]) => Math.exp(logRootDeterminant(p)) / metric(p)[i][i];
        const expected = partials(flow, at)[i] / Math.exp(logRootDeterminant(at));
        expect(Math.abs(drift[row][i] - expected)).toBeLessThan(1e-4 * (1 + Math.abs(expected)));
      }
      expect(volume[row]).toBeCloseTo(logRootDeterminant(at), 5);
    });
    if (n !== 2) expect(largest(chart.volumeDrift(x))).toBeGreaterThan(0.5);
  });
});

describe('the chart of flat space', () => {
  it('changes nothing', () => {
    const chart = euclidean(2).chart!;
    const y = tf.tensor2d([
      [1, -2],
      [3, 0],
    ]);
    const { x, side } = chart.encode(y);
    for (const t of [x, chart.decode(x, side), chart.raise(x, y), chart.colour(x, y)]) expect(t.arraySync()).toEqual(y.arraySync());
    expect(side.shape).toEqual([2, 1]);
    expect(numbers(chart.volumeDrift(x))).toEqual([0, 0, 0, 0]);
    expect(numbers(chart.logVolumeElement(x)).map(Math.abs)).toEqual([0, 0]);
  });
});
