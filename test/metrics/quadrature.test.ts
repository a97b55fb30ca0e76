import { describe, expect, it } from '@jest/globals';
import { gaussLegendre } from '../../metrics/gaussLegendre.ts';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { torusQuadrature } from '../../metrics/torusQuadrature.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { golden } from './golden.ts';

/** ∫ f over the rule's manifold, in double precision except for the float32 nodes. */
function integral(rule: ReturnType<typeof sphereQuadrature>, f: (x: number[]) => number): number {
  const m = rule.manifold.ambientDim as number;
  let sum = 0;
  for (let i = 0; i < rule.size; i++) sum += Math.exp(rule.logWeights[i]) * f(Array.from(rule.points.subarray(i * m, (i + 1) * m)));
  return sum;
}

describe('gaussLegendre', () => {
  it.each(Object.entries(golden.legendre))('n = %s has the nodes and weights of scipy', (n, [nodes, weights]) => {
    const rule = gaussLegendre(Number(n));
    for (const [i, node] of nodes.entries()) {
      // Both are right to the last digits; near ±1 a weight loses one by cancellation in 1 − t².
      expect(Math.abs(rule.nodes[i] - node)).toBeLessThan(1e-15 * 4);
      expect(Math.abs(rule.weights[i] / weights[i] - 1)).toBeLessThan(1e-12);
    }
  });

  it('integrates the monomial of its greatest exact degree at a high order', () => {
    const { nodes, weights } = gaussLegendre(300);
    const sum = nodes.reduce((total, t, i) => total + weights[i] * t ** 598, 0);
    expect(Math.abs(sum * (599 / 2) - 1)).toBeLessThan(1e-11);
  });
});

describe('sphereQuadrature', () => {
  it.each([sphere(1), sphere(2)])('$name: weights add up to the volume, nodes are on the sphere', (manifold) => {
    const rule = sphereQuadrature(manifold);
    expect(Math.log(integral(rule, () => 1))).toBeCloseTo(manifold.logVolume as number, 12);
    expect(integral(rule, (x) => Math.abs(Math.hypot(...x) - 1))).toBeLessThan(1e-6);
  });

  it('is exact on S² for polynomials up to degree 2n − 1, and not beyond', () => {
    const rule = sphereQuadrature(sphere(2), 6);
    // ∫ z² = 4π/3, ∫ x²y² = 4π/15, ∫ x⁴y⁴z² = 4π · (3!!)²/(11!!); odd ones vanish. Float32 nodes leave 1e-7.
    expect(integral(rule, ([, , z]) => z ** 2)).toBeCloseTo((4 * Math.PI) / 3, 6);
    expect(integral(rule, ([x, y]) => x ** 2 * y ** 2)).toBeCloseTo((4 * Math.PI) / 15, 6);
    expect(integral(rule, ([x, y, z]) => x ** 4 * y ** 4 * z ** 2)).toBeCloseTo((4 * Math.PI * 9) / 10395, 7);
    expect(integral(rule, ([x, y, z]) => x ** 5 * y ** 4 * z ** 2)).toBeCloseTo(0, 7);
    // cos(12φ)'s polynomial of degree 12 = 2n aliases to a constant.
    const cosine = ([x, y]: number[]) => Math.hypot(x, y) ** 12 * Math.cos(12 * Math.atan2(y, x));
    expect(Math.abs(integral(rule, cosine))).toBeGreaterThan(0.1);
  });

  it('is exact on S¹ below degree n', () => {
    const rule = sphereQuadrature(sphere(1), 10);
    const harmonic = (k: number) => integral(rule, ([x, y]) => Math.cos(k * Math.atan2(y, x)));
    expect(harmonic(9)).toBeCloseTo(0, 6);
    expect(harmonic(10)).toBeCloseTo(2 * Math.PI, 6);
  });

  it('makes finer rules once', () => {
    const rule = sphereQuadrature(sphere(2), 10);
    expect(rule.finer().resolution).toBe(15);
    expect(rule.finer()).toBe(rule.finer());
    expect(rule.finer().size).toBe(15 * 30);
  });

  it('says for which manifolds there are rules, and what a resolution is', () => {
    expect(() => sphereQuadrature(sphere(3))).toThrow('no rule for sphere:3; there are rules for sphere:1 and sphere:2');
    expect(() => sphereQuadrature(sphere(2), 1)).toThrow('an integer of at least 2; got 1');
    expect(() => sphereQuadrature(sphere(2), 2.5)).toThrow(RangeError);
  });
});

describe('torusQuadrature', () => {
  const angle = (x: readonly number[], k: number): number => Math.atan2(x[2 * k + 1], x[2 * k]);

  it.each([torus(1), torus(2), torus(3)])('$name: weights add up to the volume, nodes are on the torus', (manifold) => {
    const rule = torusQuadrature(manifold, 12);
    expect(rule.size).toBe(12 ** (manifold.dim as number));
    expect(Math.log(integral(rule, () => 1))).toBeCloseTo(manifold.logVolume as number, 12);
    expect(integral(rule, (x) => Math.abs(Math.hypot(x[0], x[1]) - 1))).toBeLessThan(1e-4);
  });

  it('is exact on T² for frequencies below the resolution in each angle, and not beyond', () => {
    const rule = torusQuadrature(torus(2), 6);
    const wave = (k: number, l: number) => integral(rule, (x) => Math.cos(k * angle(x, 0) - l * angle(x, 1)));
    // Float32 nodes leave 1e-7 · 4π².
    for (const [k, l] of [
      [1, 0],
      [3, 5],
      [5, 5],
    ])
      expect(wave(k, l)).toBeCloseTo(0, 5);
    expect(wave(6, 0)).toBeCloseTo(4 * Math.PI ** 2, 4);
    expect(wave(6, 6)).toBeCloseTo(4 * Math.PI ** 2, 4);
  });

  it('has rules up to three angles', () => {
    expect(() => torusQuadrature(torus(4))).toThrow(/no rule for torus:4; there are rules for torus:1 and torus:2 and torus:3/);
    expect(() => torusQuadrature(torus(2), 1)).toThrow(/resolution must be an integer of at least 2; got 1/);
  });
});
