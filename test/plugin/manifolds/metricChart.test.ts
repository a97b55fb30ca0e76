import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../../plugin/dynamics/chain.ts';
import { mala } from '../../../plugin/dynamics/mala.ts';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { type Chart, chart, type Metric } from '../../../plugin/manifolds/chart.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { partials } from '../../support/differences.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/** g = 4/(1 + |x|²)², as a diagonal or as matrices. */
const conformal = (x: tf.Tensor2D): tf.Tensor2D => tf.div(4, tf.square(tf.add(1, tf.sum(tf.square(x), 1, true))));
const round: Record<string, (d: number) => Metric> = {
  diagonal: (d) => (x) => tf.mul(conformal(x), tf.ones([1, d])),
  dense: (d) => (x) => tf.mul(tf.expandDims(conformal(x), 2), tf.eye(d)),
};

describe.each([1, 2, 4])('the stereographic metric of S^%d as a metric of one’s own', (d) => {
  describe.each(['diagonal', 'dense'])('%s', (kind) => {
    const own = chart(round[kind](d), { dim: d });
    const [ours, closed] = [own.chart as Chart, sphere(d).chart as Chart];
    const x = tf.mul(0.7, normal(30, d, 1)) as tf.Tensor2D;
    const v = normal(30, d, 2);

    it('has the closed forms of the sphere’s chart', () => {
      // Entries up to (1 + |x|²)²/4, about 20, rounded to 1e-7 a few times.
      const scale = 2e-5;
      expect(largest(tf.sub(ours.raise(x, v), closed.raise(x, v)))).toBeLessThan(scale);
      expect(largest(tf.sub(ours.colour(x, v), closed.colour(x, v)))).toBeLessThan(scale);
      expect(largest(tf.sub(ours.logVolumeElement(x), closed.logVolumeElement(x)))).toBeLessThan(scale);
      expect(largest(tf.sub(ours.volumeDrift(x), closed.volumeDrift(x)))).toBeLessThan(scale);
      if (d !== 2) expect(largest(closed.volumeDrift(x))).toBeGreaterThan(0.5);
      expect(largest(tf.sub(own.inner(x, ours.raise(x, v), v), tf.sum(tf.square(v), 1)))).toBeLessThan(scale);
    });

    it('steps as the sphere does by its chart, with the same martingale', () => {
      const north = tf.ones([30, 1]) as tf.Tensor2D;
      const y = closed.decode(tf.div(x, tf.maximum(1, tf.mul(1.1, tf.norm(x, 2, 1, true)))) as tf.Tensor2D, north);
      const start = closed.encode(y).x;
      const energy: Energy = (p) => tf.sum(tf.mul(p, tf.linspace(-1, 2, d + 1)), 1);
      const theirs = riemannianLangevin(sphere(d), { route: 'chart' }).step(energy, y, 0.02, v);
      const local: Energy = (p) => energy(closed.decode(p, north));
      const mine = riemannianLangevin(own, { route: 'chart' }).step(local, start, 0.02, v);
      expect(largest(tf.sub(closed.decode(mine.next, north), theirs.next))).toBeLessThan(1e-5);
      expect(largest(tf.sub(mine.martingale!, theirs.martingale!))).toBeLessThan(1e-5);
    });
  });
});

describe('a metric with every entry', () => {
  // The graph of h = sin x₁ + x₁x₂/2 + x₂x₃ over R³: G = I + ∇h ∇hᵀ.
  const slope = ([a, b, c]: number[]) => [Math.cos(a) + b / 2, a / 2 + c, b];
  const metric: Metric = (x) => {
    const [a, b, c] = [0, 1, 2].map((i) => tf.slice(x, [0, i], [-1, 1]));
    const g = tf.concat([tf.add(tf.cos(a), tf.div(b, 2)), tf.add(tf.div(a, 2), c), b], 1);
    return tf.add(tf.eye(3), tf.mul(tf.expandDims(g, 2), tf.expandDims(g, 1)));
  };
  const ours = chart(metric, { dim: 3 }).chart as Chart;
  const x = normal(12, 3, 3);
  /** Sherman–Morrison: G⁻¹ = I − ∇h∇hᵀ/|G|, |G| = 1 + |∇h|². */
  const determinant = (p: number[]) => 1 + slope(p).reduce((sum, s) => sum + s * s, 0);
  const inverse = (p: number[], i: number, k: number) => (i === k ? 1 : 0) - (slope(p)[i] * slope(p)[k]) / determinant(p);

  it('has inverse, root, volume and drift |g|^(−½) ∂ₖ(|g|^½ gⁱᵏ) of differences in double precision', () => {
    const v = normal(12, 3, 4);
    const [raised, volumes, drift] = [ours.raise(x, v), ours.logVolumeElement(x), ours.volumeDrift(x)].map((t) => t.arraySync()) as [
      number[][],
      number[],
      number[][],
    ];
    // A, whose columns are what becomes of the axes.
    const roots = [0, 1, 2].map((k) => {
      const axis = tf.tile(tf.tensor2d([[0, 1, 2].map((i) => (i === k ? 1 : 0))]), [12, 1]) as tf.Tensor2D;
      return ours.colour(x, axis).arraySync();
    });
    for (const [row, p] of x.arraySync().entries()) {
      const covector = v.arraySync()[row];
      expect(Math.abs(volumes[row] - Math.log(determinant(p)) / 2)).toBeLessThan(2e-6);
      for (const i of [0, 1, 2]) {
        expect(Math.abs(raised[row][i] - covector.reduce((sum, c, k) => sum + inverse(p, i, k) * c, 0))).toBeLessThan(2e-5);
        for (const k of [0, 1, 2]) {
          expect(Math.abs(roots.reduce((sum, root) => sum + root[row][i] * root[row][k], 0) - inverse(p, i, k))).toBeLessThan(2e-5);
        }
        const flow = (k: number) => (q: number[]) => Math.sqrt(determinant(q)) * inverse(q, i, k);
        const expected = [0, 1, 2].reduce((sum, k) => sum + partials(flow(k), p)[k], 0) / Math.sqrt(determinant(p));
        expect(Math.abs(drift[row][i] - expected)).toBeLessThan(3e-5);
      }
    }
    expect(largest(ours.volumeDrift(x))).toBeGreaterThan(0.3);
  });

  it('makes a loss that can be differentiated, and leaves no tensors behind', () => {
    const manifold = chart(metric, { dim: 3 });
    const scale = tf.variable(tf.scalar(0.7));
    const energy: Energy = (p) => tf.mul(scale, tf.sum(tf.square(p), 1));
    const loss = mvlRld({ manifold, route: 'chart', epsilon: 1e-3 });
    const run = () => tf.tidy(() => tf.variableGrads(() => loss(energy, x, normal(12, 3, 5)), [scale]).grads[scale.name].dataSync()[0]);
    const before = tf.memory().numTensors;
    expect(Number.isFinite(run())).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a constant preconditioner', () => {
  it.each(['diagonal', 'dense'])('leaves a Gaussian its law, and its stiffness behind: %s', async (kind) => {
    // Covariance [1, .09; .09, .01]: condition number over 500. G is its inverse, so that the chain is x − dt x + √(2dt) N(0, Σ).
    const covariance =
      kind === 'dense'
        ? [
            [1, 0.09],
            [0.09, 0.01],
          ]
        : [
            [1, 0],
            [0, 0.01],
          ];
    const determinant = covariance[0][0] * covariance[1][1] - covariance[0][1] ** 2;
    const precision = tf.tensor2d([
      [covariance[1][1] / determinant, -covariance[0][1] / determinant],
      [-covariance[0][1] / determinant, covariance[0][0] / determinant],
    ]);
    const metric: Metric = (x) =>
      kind === 'dense' ? tf.tile(tf.expandDims(precision, 0), [x.shape[0], 1, 1]) : tf.tile(tf.tensor2d([[1, 100]]), [x.shape[0], 1]);
    const energy: Energy = (x) => tf.mul(0.5, tf.sum(tf.mul(x, tf.matMul(x, precision)), 1));
    const [n, stepSize] = [800, 0.4];
    const dynamics = riemannianLangevin(chart(metric, { dim: 2 }), { route: 'chart' });
    // A plain Langevin chain diverges at 2/100.
    const end = await sample(dynamics, energy, tf.zeros([n, 2]), { steps: 10, stepSize, seed: 1 });
    const found = tf.div(tf.matMul(end, end, true), n).arraySync() as number[][];
    for (const [i, row] of covariance.entries()) {
      for (const [j, value] of row.entries()) {
        const scale = Math.sqrt(covariance[i][i] * covariance[j][j]);
        // Σ/(1 − dt/2); the start is forgotten to (1 − dt)²⁰ = 4e-5. Sample covariances deviate by √((1 + r²)/n).
        expect(Math.abs(found[i][j] * (1 - stepSize / 2) - value) / scale).toBeLessThan(4 * Math.sqrt(2 / n));
      }
    }
  });
});

describe('chart', () => {
  const flat: Metric = (x) => tf.onesLike(x);

  it('takes what is known from its options', () => {
    const known = {
      logVolumeElement: (x: tf.Tensor2D) => tf.sum(x, 1) as tf.Tensor1D,
      volumeDrift: (x: tf.Tensor2D) => tf.mul(x, 2) as tf.Tensor2D,
    };
    const given = chart(flat, { dim: 2, ...known }).chart as Chart;
    expect(numbers(given.logVolumeElement(tf.tensor2d([[1, 2]])))).toEqual([3]);
    expect(numbers(given.volumeDrift(tf.tensor2d([[1, 2]])))).toEqual([2, 4]);
    // A log √|G| alone is differentiated: ½ gⁱʲ∂ⱼ log|G| = 1.
    const half = chart(flat, { dim: 2, logVolumeElement: known.logVolumeElement }).chart as Chart;
    expect(numbers(half.volumeDrift(tf.tensor2d([[1, 2]])))).toEqual([1, 1]);
  });

  it('says what is wrong, and what it cannot do', () => {
    expect(() => chart(flat, { dim: 0 })).toThrow(/the dimension must be an integer of at least 1/);
    const bad = chart((x) => tf.sum(x, 1, true) as tf.Tensor2D, { dim: 2 });
    expect(() => bad.inner(tf.ones([5, 2]), tf.ones([5, 2]), tf.ones([5, 2]))).toThrow(
      'chart: for points [5, 2] the metric has shape [5, 1]; expected [batch, 2] or [batch, 2, 2].',
    );
    const manifold = chart(flat, { dim: 2 });
    const energy: Energy = (x) => tf.sum(tf.square(x), 1);
    for (const [dynamics, columns] of [
      [riemannianLangevin(manifold), 2],
      [mala(manifold), 3],
    ] as const) {
      expect(() => dynamics.step(energy, tf.ones([3, 2]), 0.1, tf.ones([3, columns]))).toThrow(
        /chart:2: a metric of your own has no exponential map in closed form\. Use riemannianLangevin or mvlRld with { route: 'chart' }/,
      );
    }
  });
});
