import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { type Bandwidth, squaredBandwidth } from '../../../plugin/stein/bandwidth.ts';
import { imq } from '../../../plugin/stein/imq.ts';
import { ambientSquares, geodesicSquares, logKernelDensity } from '../../../plugin/stein/logKernelDensity.ts';
import { medianSquare } from '../../../plugin/stein/medianSquare.ts';
import { rbf } from '../../../plugin/stein/rbf.ts';
import { squaredDistances } from '../../../plugin/stein/squaredDistances.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { jacobian, partials } from '../../support/differences.ts';
import { logDensities, type PlainKernel, plainImq, plainRbf } from '../../support/interacting.ts';

register();
const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const x = normal(5, 3, 1);
const y = normal(4, 3, 2);
const [xs, ys] = [x.arraySync(), y.arraySync()];

/** ∇_y k and tr ∇ₓ∇_y k by central differences of k alone. */
const byDifferences = ({ k }: PlainKernel): PlainKernel => ({
  k,
  gradient: (a, b) => partials((v) => k(a, v), b),
  trace: (a, b) => {
    const mixed = jacobian((u) => partials((v) => k(u, v), b, 1e-3), a, 1e-3);
    return mixed.reduce((sum, row, i) => sum + row[i], 0);
  },
});

const kernels = [
  ['rbf', rbf({ bandwidth: 1.3 }), plainRbf(1.3)],
  ['imq', imq({ bandwidth: 1.3 }), plainImq(1.3)],
  ['imq to the power −2', imq({ bandwidth: 0.8, exponent: -2 }), plainImq(0.8, -2)],
] as const;

describe.each(kernels)('%s', (_, kernel, plain) => {
  it.each([
    ['differences of the function', byDifferences(plain), 1e-5],
    ['closed forms in double precision', plain, 3e-6],
  ])('has values, gradients and traces like %s', (_name, reference, tolerance) => {
    tf.tidy(() => {
      const pairs = kernel.pairs(x, y);
      const table = <T>(f: (a: number[], b: number[]) => T) => xs.map((a) => ys.map((b) => f(a, b)));
      expect(largest(tf.sub(pairs.matrix(), table(reference.k)))).toBeLessThan(1e-6);
      expect(largest(tf.sub(pairs.gradient(), table(reference.gradient)))).toBeLessThan(tolerance);
      // Differences of differences over 1e-3 are off by 1e-6 times a fourth derivative, which is below 50 here.
      expect(largest(tf.sub(pairs.trace(), table(reference.trace)))).toBeLessThan(5 * tolerance);
      expect(largest(pairs.trace())).toBeGreaterThan(0.5);
    });
  });

  it('sums its gradients over y without making them all, far from the origin too', () => {
    tf.tidy(() => {
      for (const [shift, tolerance] of [
        [0, 3e-6],
        // Coordinates near 1000 are rounded to 3e-5.
        [1000, 5e-4],
      ]) {
        const pairs = kernel.pairs(tf.add(x, shift), tf.add(y, shift));
        const expected = xs.map((a) => a.map((__, i) => ys.reduce((sum, b) => sum + plain.gradient(a, b)[i], 0)));
        expect(largest(tf.sub(pairs.gradientSum(), expected))).toBeLessThan(tolerance);
        expect(largest(tf.sub(pairs.gradientSum(), tf.sum(pairs.gradient(), 1)))).toBeLessThan(tolerance);
      }
    });
  });

  it('takes its gradients along a vector for each point, far from the origin too', () => {
    tf.tidy(() => {
      const [u, v] = [normal(5, 3, 3), normal(4, 3, 4)];
      const [us, vs] = [u.arraySync(), v.arraySync()];
      for (const [shift, tolerance] of [
        [0, 1e-5],
        [1000, 1e-3],
      ]) {
        const along = kernel.pairs(tf.add(x, shift), tf.add(y, shift)).gradientAlong(u, v);
        const expected = xs.map((a, i) => ys.map((b, j) => plain.gradient(a, b).reduce((sum, g, k) => sum + (us[i][k] - vs[j][k]) * g, 0)));
        expect(largest(tf.sub(along, expected))).toBeLessThan(tolerance);
      }
    });
  });

  it('has finite second derivatives, where points coincide too', () => {
    const points = tf.concat([x, x]);
    const total = (p: tf.Tensor) => {
      const pairs = kernel.pairs(p as tf.Tensor2D, p as tf.Tensor2D);
      return tf.add(tf.sum(pairs.matrix()), tf.add(tf.sum(pairs.trace()), tf.sum(tf.square(pairs.gradientSum())))) as tf.Scalar;
    };
    const twice = tf.grad((p: tf.Tensor) => tf.sum(tf.square(tf.grad(total)(p))) as tf.Scalar)(points);
    expect(largest(twice)).toBeGreaterThan(0.01);
    expect(largest(twice)).toBeLessThan(1e6);
  });
});

describe('the median bandwidth', () => {
  const squares = (points: tf.Tensor2D) => squaredDistances(points, points);
  const sorted = (points: number[][]) =>
    points.flatMap((a, i) => points.slice(0, i).map((b) => a.reduce((sum, v, k) => sum + (v - b[k]) ** 2, 0))).sort((a, b) => a - b);

  const middle = (all: number[]) => (all[Math.ceil(all.length / 2) - 1] + all[Math.floor(all.length / 2)]) / 2;

  it.each([3, 10, 25, 40])('lies at the middle of the distances of %d points, an outlier among them', (n) => {
    const points = normal(n, 2, n);
    const far = tf.concat([points, tf.tensor2d([[50, -80]])]) as tf.Tensor2D;
    for (const set of [points, far]) {
      const all = sorted(set.arraySync());
      const found = medianSquare(squares(set)).dataSync()[0];
      const scale = 4 * (all.reduce((sum, v) => sum + Math.sqrt(v), 0) / all.length) ** 2;
      // Twelve halvings; and exact but for round-off of the squared spread where there are few distances.
      expect(Math.abs(found - middle(all))).toBeLessThan(n === 3 ? 1e-3 : 2 ** -12 * scale);
    }
  });

  it('is that of the distances between two sets', () => {
    const all = xs.flatMap((a) => ys.map((b) => a.reduce((sum, v, k) => sum + (v - b[k]) ** 2, 0))).sort((a, b) => a - b);
    const found = medianSquare(squaredDistances(x, y)).dataSync()[0];
    expect(found).toBeCloseTo(middle(all), 5);
  });

  it('does not count pairs at distance 0: two points and their copies are at the distance of the two', () => {
    const points = tf.tensor2d([[0], [0], [0], [3], [3], [3]]);
    expect(medianSquare(squares(points)).dataSync()[0]).toBeCloseTo(9, 5);
    expect((squaredBandwidth('median', squares(points)) as tf.Scalar).dataSync()[0]).toBeCloseTo(4.5, 5);
  });

  it('is 1 where all points coincide, so that nothing is divided by 0', () => {
    for (const points of [tf.zeros([6, 2]), tf.tensor2d([[0.3, 7]])]) {
      expect((squaredBandwidth('median', squares(points as tf.Tensor2D)) as tf.Scalar).dataSync()[0]).toBe(1);
      tf.tidy(() =>
        expect(
          largest(
            tf.sub(
              rbf()
                .pairs(points as tf.Tensor2D, points as tf.Tensor2D)
                .matrix(),
              1,
            ),
          ),
        ).toBeLessThan(1e-6),
      );
    }
  });

  it('makes k = 1/e at the median distance: twice as far, a bandwidth twice as wide', () => {
    tf.tidy(() => {
      const matrix = rbf().pairs(x, x).matrix();
      const median = tf.exp(tf.div(squares(x), tf.neg(medianSquare(squares(x)))));
      expect(largest(tf.sub(matrix, median))).toBeLessThan(1e-6);
      const far = tf.mul(2, x) as tf.Tensor2D;
      expect(largest(tf.sub(rbf().pairs(far, far).matrix(), matrix))).toBeLessThan(1e-5);
    });
  });

  it('is held fixed under differentiation', () => {
    tf.tidy(() => {
      const h = Math.sqrt((squaredBandwidth('median', squares(x)) as tf.Scalar).dataSync()[0]);
      const slope = (bandwidth: Bandwidth) =>
        tf.grad(
          (p: tf.Tensor) =>
            tf.sum(
              imq({ bandwidth })
                .pairs(p as tf.Tensor2D, p as tf.Tensor2D)
                .matrix(),
            ) as tf.Scalar,
        )(x);
      expect(largest(slope(h))).toBeGreaterThan(0.1);
      expect(largest(tf.sub(slope('median'), slope(h)))).toBeLessThan(1e-5);
    });
  });
});

describe('the kernel density', () => {
  it('is the mean of a bump at every point', () => {
    const found = numbers(logKernelDensity(ambientSquares(x), 0.6));
    for (const [i, value] of logDensities(xs, 0.6).entries()) expect(found[i]).toBeCloseTo(value, 5);
  });

  it('takes geodesic distances', () => {
    const points = sphere(2).project(x);
    const rows = points.arraySync();
    const found = geodesicSquares(sphere(2), points).arraySync();
    for (const [i, a] of rows.entries())
      for (const [j, b] of rows.entries()) {
        const angle = i === j ? 0 : Math.acos(a.reduce((sum, v, k) => sum + v * b[k], 0));
        expect(Math.abs(found[i][j] - angle ** 2)).toBeLessThan(1e-5);
      }
  });

  it('is finite where points coincide and where they are far from all others', () => {
    const found = numbers(logKernelDensity(ambientSquares(tf.tensor2d([[0], [0], [1e4]])), 0.1));
    for (const [i, share] of [2 / 3, 2 / 3, 1 / 3].entries()) expect(found[i]).toBeCloseTo(Math.log(share), 5);
  });
});

it('refuses bandwidths and exponents that make no sense', () => {
  for (const bandwidth of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 'mean' as 'median']) {
    expect(() => rbf({ bandwidth })).toThrow(/rbf: bandwidth must be a positive number.*or 'median'; got/);
    expect(() => imq({ bandwidth })).toThrow(/imq: bandwidth/);
  }
  for (const exponent of [0, 1, Number.NaN]) expect(() => imq({ exponent })).toThrow(/exponent must be a negative number/);
});

it('leaves no tensors behind', () => {
  for (const kernel of [rbf(), imq()]) {
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => {
      const pairs = kernel.pairs(x, y);
      return [pairs.matrix(), pairs.gradient(), pairs.gradientSum(), pairs.trace()];
    });
    tf.dispose(kept);
    expect(tf.memory().numTensors).toBe(before);
  }
});
