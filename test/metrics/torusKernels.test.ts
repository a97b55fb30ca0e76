import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { kernelDensity } from '../../metrics/kernelDensity.ts';
import { torusQuadrature } from '../../metrics/torusQuadrature.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';

/** What scipy says; see test/golden/torusKernels.py. */
const golden = JSON.parse(readFileSync(new URL('../golden/torusKernels.json', import.meta.url), 'utf8')) as {
  readonly angles: number[][];
  readonly queries: number[][];
  /** By κ. */
  readonly logDensity: Record<string, number[]>;
  readonly kappa: number;
  readonly crossValidation: number;
};

const manifold = torus(2);
const onTorus = (angles: readonly number[][]) => angles.map((row) => row.flatMap((t) => [Math.cos(t), Math.sin(t)]));
const points = onTorus(golden.angles);
const queries = onTorus(golden.queries);

describe('kernelDensity on a torus', () => {
  it.each(Object.entries(golden.logDensity))('gives the log-densities of scipy at κ = %s', (kappa, expected) => {
    const found = kernelDensity(points, { manifold, kappa: Number(kappa) }).logDensity(queries);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 9);
  });

  it('chooses the κ of greatest leave-one-out likelihood', () => {
    const found = kernelDensity(points, { manifold });
    // The search ends at a thousandth of a grid step of .46 in log width, so .1 % of κ; the likelihood is flat there.
    expect(Math.abs(found.kappa / golden.kappa - 1)).toBeLessThan(2e-3);
    expect(found.crossValidation as number).toBeCloseTo(golden.crossValidation, 6);
  });

  it('is a normalised density, over a background too', () => {
    // The nodes are float32, so the exponents are off by 1e-7 κ.
    const rule = torusQuadrature(manifold, 48);
    const nodes = Array.from({ length: rule.size }, (_, i) => rule.points.subarray(4 * i, 4 * i + 4));
    for (const background of [0, 0.3]) {
      const density = kernelDensity(points, { manifold, kappa: 20, background }).logDensity(nodes);
      expect(density.reduce((sum, value, i) => sum + Math.exp(value + rule.logWeights[i]), 0)).toBeCloseTo(1, 7);
    }
  });

  it('on one angle is that on the circle', () => {
    const circle = points.map((row) => row.slice(0, 2));
    const on = (m: typeof manifold) => kernelDensity(circle, { manifold: m, kappa: 7 }).logDensity(circle);
    expect([...on(torus(1))]).toEqual([...on(sphere(1))]);
  });

  it('scores as many points as it is told, all of them by all others', () => {
    const all = kernelDensity(points, { manifold, scored: points.length });
    expect(all.crossValidation).toBe(kernelDensity(points, { manifold }).crossValidation);
    const few = kernelDensity(points, { manifold, scored: 10, seed: 2 });
    expect(few.crossValidation).not.toBe(all.crossValidation);
    expect(few.crossValidation).toBe(kernelDensity(points, { manifold, scored: 10, seed: 2 }).crossValidation);
    expect(few.crossValidation).not.toBe(kernelDensity(points, { manifold, scored: 10, seed: 3 }).crossValidation);
  });

  it('keeps its digits where all kernels are far', () => {
    // κ|x − y|²/2 = 2κ for opposite points of a circle: exp(−20000) is 0, its logarithm is not.
    const [there, here] = [
      [-1, 0],
      [1, 0],
    ];
    const { logDensity } = kernelDensity([here, here], { manifold: torus(1), kappa: 10_000 });
    expect(logDensity([there])[0] - logDensity([here])[0]).toBeCloseTo(-20_000, 6);
  });

  it('refuses other manifolds, points off the torus and counts out of range', () => {
    expect(() => kernelDensity([[1], [2]], { manifold: euclidean(1) })).toThrow('kernels for spheres and tori, not for euclidean:1');
    expect(() => kernelDensity([...points, [1, 0, 0, 2]], { manifold })).toThrow(
      'row 40 is (1, 0, 0, 2), of norm 1,2; expected 4 columns, in pairs of norm 1.',
    );
    expect(() =>
      kernelDensity(
        [
          [1, 0],
          [1, 0],
        ],
        { manifold },
      ),
    ).toThrow('expected 4 columns');
    expect(() => kernelDensity([[], []])).toThrow('row 0 is ()');
    expect(() => kernelDensity(points, { manifold, scored: 41 })).toThrow(
      'scored must be an integer from 1 to the number of points, 40; got 41',
    );
  });
});
