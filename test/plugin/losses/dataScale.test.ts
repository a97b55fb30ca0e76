import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { dataScale, suggestEpsilon } from '../../../plugin/losses/dataScale.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import type { Manifold } from '../../../plugin/manifolds/manifold.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/** Lumps of deviation s about centres, of equal mass. */
const lumps = (centres: number[][], n: number, s: number, seed = 1) =>
  tf.add(tf.tile(tf.tensor2d(centres), [n / centres.length, 1]), tf.mul(s, normal(n, centres[0].length, seed))) as tf.Tensor2D;
const scattered = (count: number, d: number, seed: number) => tf.mul(50, normal(count, d, seed)).arraySync() as number[][];

describe('dataScale', () => {
  it.each([1, 2, 5, 20, 100])('of N(0, s² I) in %d dimensions is s', (d) => {
    for (const s of [0.003, 1, 40]) {
      const found = dataScale(tf.mul(s, normal(400, d, d)) as tf.Tensor2D);
      // The deviation of 400 draws is off by 4 %, by less in more dimensions.
      expect(Math.abs(found / s - 1)).toBeLessThan(0.12);
    }
  });

  it.each([
    [1, 2],
    [1, 20],
    [2, 5],
    [2, 20],
    [5, 5],
    [10, 20],
  ])('in %d dimensions of %d lumps of width s, far apart, is about s', (d, count) => {
    for (const s of [0.05, 1]) {
      const found = dataScale(lumps(scattered(count, d, 7 + count), 1000, s));
      expect(found / s).toBeGreaterThan(0.7);
      expect(found / s).toBeLessThan(1.4);
    }
  });

  it('follows the narrowest direction of one lump, however long it is', () => {
    const stretched = tf.mul(normal(1000, 2, 2), [[3, 0.02]]) as tf.Tensor2D;
    expect(Math.abs(dataScale(stretched) / Math.sqrt(2 / (1 / 9 + 1 / 0.02 ** 2)) - 1)).toBeLessThan(0.1);
  });

  it('of a von Mises–Fisher law is its angular deviation, 1/√κ, and of lumps of it too', () => {
    const globe = sphere(2);
    const cap = (pole: number[], kappa: number, n: number, seed: number) => {
      const x = tf.tile(tf.tensor2d([pole]), [n, 1]) as tf.Tensor2D;
      return globe.exp(x, tf.mul(1 / Math.sqrt(kappa), globe.tangent(x, normal(n, 3, seed))));
    };
    for (const kappa of [20, 1000]) {
      expect(Math.abs(dataScale(cap([0, 0, 1], kappa, 400, 3), globe) * Math.sqrt(kappa) - 1)).toBeLessThan(0.12);
      const poles = [
        [0, 0, 1],
        [0, 1, 0],
        [-1, 0, 0],
        [0, -0.6, -0.8],
      ];
      const several = tf.concat(poles.map((pole, i) => cap(pole, 1000, 100, 10 + i))) as tf.Tensor2D;
      const ratio = dataScale(several, globe) * Math.sqrt(1000);
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.4);
    }
    // Uniform: of the order of a radian.
    const everywhere = dataScale(globe.fromGaussian(normal(400, 3, 4)), globe);
    expect(everywhere).toBeGreaterThan(0.7);
    expect(everywhere).toBeLessThan(1.6);
  });

  it('is in the metric of the manifold', () => {
    const cases: [Manifold, tf.Tensor2D][] = [
      [hyperbolic(2), tf.tensor2d([[Math.cosh(1), Math.sinh(1), 0]])],
      [simplex(2), tf.tensor2d([[0.6, 0.3, 0.1]])],
    ];
    for (const [manifold, centre] of cases) {
      const x = tf.tile(centre, [400, 1]) as tf.Tensor2D;
      const noise = normal(400, 3, 5);
      const tangent = (manifold.randomTangent ?? manifold.tangent)(x, noise);
      const points = manifold.exp(x, tf.mul(0.05, tangent));
      expect(Math.abs(dataScale(points, manifold) / 0.05 - 1)).toBeLessThan(0.15);
    }
  });

  it('does not take copies of points, or whole numbers, for narrow lumps', () => {
    const x = normal(100, 2, 6);
    const copies = tf.concat([x, x, x, x]) as tf.Tensor2D;
    expect(Math.abs(dataScale(copies) / dataScale(x) - 1)).toBeLessThan(0.02);
    const globe = sphere(2);
    const on = globe.project(tf.add(normal(100, 3, 7), [0, 0, 4]) as tf.Tensor2D);
    expect(Math.abs(dataScale(tf.concat([on, on, on, on]) as tf.Tensor2D, globe) / dataScale(on, globe) - 1)).toBeLessThan(0.02);
    const whole = tf.round(tf.mul(4, normal(1000, 2, 8))) as tf.Tensor2D;
    expect(Math.abs(dataScale(whole) / 4 - 1)).toBeLessThan(0.1);
  });

  it('is that of the whole where there are few points, and the same at each call', () => {
    const few = tf.tensor2d([[0], [0.01], [10], [10.01]]);
    expect(dataScale(few)).toBeCloseTo(5, 2);
    const x = lumps(scattered(5, 2, 3), 1000, 0.1);
    const before = tf.memory().numTensors;
    const found = dataScale(x);
    expect(dataScale(x, euclidean(2))).toBe(found);
    expect(suggestEpsilon(x)).toBeCloseTo(1e-3 * found ** 2, 12);
    expect(tf.memory().numTensors).toBe(before);
  });
});
