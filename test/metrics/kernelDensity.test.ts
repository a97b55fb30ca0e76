import { describe, expect, it } from '@jest/globals';
import { kernelDensity } from '../../metrics/kernelDensity.ts';
import { leastOnGrids } from '../../metrics/leastOnGrids.ts';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { vonMisesFisherNormaliser } from '../../metrics/vonMisesFisher.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { golden } from './golden.ts';

describe('vonMisesFisherNormaliser', () => {
  it.each(golden.normalisers)('n = %d, κ = %d is that of scipy', (n, kappa, expected) => {
    // scipy's own values lose digits as −κ + log I(κ) cancels.
    expect(Math.abs(vonMisesFisherNormaliser(n, kappa) - expected)).toBeLessThan(1e-11 * Math.max(1, kappa));
  });

  it('at κ = 0 is the volume', () => {
    expect(vonMisesFisherNormaliser(4, 0)).toBeCloseTo(sphere(4).logVolume as number, 12);
  });
});

describe('leastOnGrids', () => {
  it('finds a minimum inside and at either end', () => {
    expect(leastOnGrids((places) => places.map((t) => (t - 1.3) ** 2), 0, 2, 1e-6)).toBeCloseTo(1.3, 6);
    expect(leastOnGrids((places) => places.map((t) => t), 0, 2, 1e-6)).toBeCloseTo(0, 5);
    expect(leastOnGrids((places) => places.map((t) => -t), 0, 2, 1e-6)).toBeCloseTo(2, 5);
  });
});

describe('kernelDensity', () => {
  it.each(golden.kernels)('on S^$n gives the log-densities of scipy at a given κ', ({ points, queries, logDensity }) => {
    for (const [kappa, expected] of Object.entries(logDensity)) {
      const found = kernelDensity(points, { kappa: Number(kappa) });
      expect(found.crossValidation).toBeNull();
      for (const [i, value] of found.logDensity(queries).entries()) expect(value).toBeCloseTo(expected[i], 9);
      expect(found.negativeLogLikelihood(queries)).toBeCloseTo(-expected.reduce((sum, value) => sum + value, 0) / expected.length, 9);
    }
  });

  it.each(golden.kernels)('on S^$n chooses the κ of greatest leave-one-out likelihood', ({ points, kappa, crossValidation }) => {
    const found = kernelDensity(points);
    // The search ends at a thousandth of a grid step of .46 in log width, so .1 % of κ; the likelihood is flat there.
    expect(Math.abs(found.kappa / kappa - 1)).toBeLessThan(2e-3);
    expect(found.crossValidation as number).toBeCloseTo(crossValidation, 6);
  });

  it('is a normalised density', () => {
    const { points } = golden.kernels[1];
    const rule = sphereQuadrature(sphere(2), 24);
    const nodes = Array.from({ length: rule.size }, (_, i) => rule.points.subarray(3 * i, 3 * i + 3));
    const density = kernelDensity(points, { kappa: 20 }).logDensity(nodes);
    expect(density.reduce((sum, value, i) => sum + Math.exp(value + rule.logWeights[i]), 0)).toBeCloseTo(1, 6);
  });

  it('mixes a uniform background into density and choice of κ', () => {
    const { points, queries, logDensity } = golden.kernels[0];
    const [kappa, expected] = Object.entries(logDensity)[0];
    const found = kernelDensity(points, { kappa: Number(kappa), background: 0.25 });
    const uniform = Math.exp(-(sphere(points[0].length - 1).logVolume as number));
    for (const [i, value] of found.logDensity(queries).entries())
      expect(Math.exp(value)).toBeCloseTo(0.25 * uniform + 0.75 * Math.exp(expected[i]), 9);
    // A far point makes all kernels wide, unless the background explains it.
    const outlier = [...Array.from({ length: 20 }, (_, i) => [Math.cos(0.01 * i), Math.sin(0.01 * i)]), [-1, 0]];
    expect(kernelDensity(outlier, { background: 0.05 }).kappa).toBeGreaterThan(10 * kernelDensity(outlier).kappa);
  });

  it('with folds is reproducible from the seed and near leaving one out', () => {
    const { points, crossValidation } = golden.kernels[1];
    const found = kernelDensity(points, { folds: 5, seed: 3 });
    expect(kernelDensity(points, { folds: 5, seed: 3 })).toMatchObject({ kappa: found.kappa, crossValidation: found.crossValidation });
    expect(kernelDensity(points, { folds: 5, seed: 4 }).crossValidation).not.toBe(found.crossValidation);
    expect(Math.abs((found.crossValidation as number) - crossValidation)).toBeLessThan(0.2);
  });

  it('gives the uniform density to points that are spread evenly', () => {
    const axes = [0, 1, 2].flatMap((k) => [1, -1].map((sign) => [0, 1, 2].map((i) => (i === k ? sign : 0))));
    expect(kernelDensity(axes).kappa).toBeLessThan(0.5);
  });

  it('refuses what is no set of points on a sphere', () => {
    expect(() =>
      kernelDensity(
        [
          [1, 0],
          [0, 1],
        ],
        { background: 1 },
      ),
    ).toThrow('background must be in [0, 1); got 1');
    expect(() => kernelDensity([[1, 0]])).toThrow('at least two points, got 1');
    expect(() =>
      kernelDensity([
        [1, 0],
        [0, 2],
      ]),
    ).toThrow('row 1 is (0, 2), of norm 2; expected a unit vector of 2 columns');
    expect(() =>
      kernelDensity([
        [1, 0],
        [0, 0, 1],
      ]),
    ).toThrow('row 1');
    expect(() => kernelDensity([[1], [1]])).toThrow('of 2 columns');
    const pair = [
      [1, 0],
      [0, 1],
    ];
    expect(() => kernelDensity(pair, { kappa: 0 })).toThrow('kappa must be a positive number; got 0');
    expect(() => kernelDensity(pair, { folds: 3 })).toThrow('from 2 to the number of points, 2; got 3');
    expect(() => kernelDensity(pair, { kappa: 1 }).logDensity([[1, 0, 0]])).toThrow('logDensity: row 0');
  });
});
