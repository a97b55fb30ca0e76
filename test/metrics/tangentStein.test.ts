import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { ksdTest } from '../../metrics/ksdTest.ts';
import { tangentStein } from '../../metrics/tangentStein.ts';
import type { Energy } from '../../plugin/energy/energy.ts';
import { energyModel } from '../../plugin/energy/energyModel.ts';
import { scoreOf } from '../../plugin/losses/scoreOf.ts';
import { hyperbolic } from '../../plugin/manifolds/hyperbolic.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { product } from '../../plugin/manifolds/product.ts';
import { simplex } from '../../plugin/manifolds/simplex.ts';
import { so3 } from '../../plugin/manifolds/so3.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { fromAngles, torus } from '../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { randomStream } from '../../random/stream.ts';
import { numbers } from '../support/arrays.ts';
import '../support/wasm.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const column = (x: tf.Tensor, k: number): tf.Tensor1D => tf.squeeze(tf.slice(x, [0, k], [-1, 1]), [1]);

/** −2 x_last + ½ x₀x₁: no symmetry to hide behind. */
const tilted: Energy = (x) => tf.add(tf.mul(-2, column(x, x.shape[1] - 1)), tf.mul(0.5, tf.mul(column(x, 0), column(x, 1))));

/** All pairs of angles of a grid of n points a circle. */
const grid = (n: number): number[][] =>
  Array.from({ length: n * n }, (_, k) => [(2 * Math.PI * (k % n)) / n, (2 * Math.PI * Math.floor(k / n)) / n]);

/** Gauss–Legendre's formula of 5 points on [−1, 1]. */
const NODES = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
const SHARES = [0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908];

/** Rotations z(α) y(β) z(γ), cos β by Gauss–Legendre on two halves, α and γ on a grid. */
function rotations(n: number): { points: number[][]; weights: number[] } {
  const points: number[][] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < 10; j++)
      for (let k = 0; k < n; k++) {
        const [a, b, c] = [(2 * Math.PI * i) / n, Math.acos((NODES[j % 5] + (j < 5 ? 1 : -1)) / 2), (2 * Math.PI * k) / n];
        const [ca, sa, cb, sb, cc, sc] = [a, b, c].flatMap((t) => [Math.cos(t), Math.sin(t)]);
        points.push([
          ca * cb * cc - sa * sc,
          -ca * cb * sc - sa * cc,
          ca * sb,
          sa * cb * cc + ca * sc,
          -sa * cb * sc + ca * cc,
          sa * sb,
          -sb * cc,
          sb * sc,
          cb,
        ]);
        weights.push(SHARES[j % 5]);
      }
  return { points, weights };
}

const circles = grid(20);
const onTorus = () => fromAngles(tf.tensor2d(circles)) as tf.Tensor2D;
const { points: turns, weights: measures } = rotations(9);

describe('the Stein kernel on a manifold', () => {
  it.each<[string, Manifold, () => tf.Tensor2D, number[] | null, number]>([
    ['torus:2', torus(2), onTorus, null, 1e-5],
    ['a product of circles', product(sphere(1), sphere(1)), onTorus, null, 1e-5],
    // Nine angles a circle for a product of two exponentials of them.
    ['so3', so3(), () => tf.tensor2d(turns), measures, 2e-3],
  ])('has mean 0 under the density, whatever the other point, on %s', async (_, manifold, make, measure, tolerance) => {
    const x = make();
    const energies = numbers(tilted(x));
    const density = energies.map((e, i) => Math.exp(-e) * (measure?.[i] ?? 1));
    const total = density.reduce((sum, v) => sum + v, 0);
    for (const base of [measure === null ? 'imq' : 'rbf'] as const) {
      const rows = await tangentStein(manifold, x, scoreOf(tilted, manifold)(x), base, 1.2);
      const wrong = await tangentStein(manifold, x, tf.mul(0.9, scoreOf(tilted, manifold)(x)), base, 1.2);
      const mean = (h: tf.Tensor2D) => {
        const values = numbers(h);
        const [m, size] = [0, 0].map((__, which) =>
          values.reduce((sum, v, i) => sum + (density[i] / total) * (which === 0 ? v : Math.abs(v)), 0),
        );
        return Math.abs(m) / size;
      };
      for (const at of [0, 5, 77]) {
        expect(mean(rows(at, 1))).toBeLessThan(tolerance);
        expect(mean(wrong(at, 1))).toBeGreaterThan(2 * tolerance);
      }
    }
  });

  it('has mean 0 on S² too, by quadrature', async () => {
    const manifold = sphere(2);
    // Gauss–Legendre in height by its formula of 5 points on 8 bands, equal steps round the circles.
    const rows: number[][] = [];
    const weights: number[] = [];
    for (let band = 0; band < 8; band++)
      for (const [k, t] of NODES.entries())
        for (let i = 0; i < 40; i++) {
          const z = -1 + (band + 0.5 + 0.5 * t) / 4;
          const [r, angle] = [Math.sqrt(1 - z * z), (2 * Math.PI * i) / 40];
          rows.push([r * Math.cos(angle), r * Math.sin(angle), z]);
          weights.push(SHARES[k]);
        }
    const x = tf.tensor2d(rows);
    const density = numbers(tilted(x)).map((e, i) => Math.exp(-e) * weights[i]);
    const total = density.reduce((sum, v) => sum + v, 0);
    const stein = await tangentStein(manifold, x, scoreOf(tilted, manifold)(x), 'imq', 0.8);
    for (const at of [0, 300, 1111]) {
      const values = numbers(stein(at, 1));
      const mean = values.reduce((sum, v, i) => sum + (density[i] / total) * v, 0);
      expect(Math.abs(mean)).toBeLessThan(1e-4 * Math.max(...values.map(Math.abs)));
    }
  });
});

describe('ksdTest on a manifold', () => {
  const manifold = sphere(2);
  const cap: Energy = (x) => tf.mul(-3, column(x, 2));

  /** Independent points of exp(3 x₂) on S², by its closed form: the height is 1 + log(u + (1 − u) e⁻⁶)/3. */
  const draws = (n: number, seed: number): number[][] => {
    const { uniform } = randomStream(seed, 5);
    return Array.from({ length: n }, () => {
      const [u, angle] = [uniform(), 2 * Math.PI * uniform()];
      const z = 1 + Math.log(u + (1 - u) * Math.exp(-6)) / 3;
      const r = Math.sqrt(Math.max(0, 1 - z * z));
      return [r * Math.cos(angle), r * Math.sin(angle), z];
    });
  };

  it('keeps its level and sees another concentration', async () => {
    const rejections = async (energy: Energy) => {
      let count = 0;
      for (let run = 0; run < 20; run++)
        if ((await ksdTest(energy, draws(80, run), { manifold, replicates: 200, seed: run })).pValue <= 0.1) count++;
      return count;
    };
    // 2 of 20 expected at the level .1, with a deviation of 1.3.
    expect(await rejections(cap)).toBeLessThanOrEqual(7);
    expect(await rejections((x) => tf.mul(-1, column(x, 2)))).toBeGreaterThanOrEqual(18);
  });

  it('takes the manifold of a model, leaves no tensors, and refuses other metrics', async () => {
    const model = energyModel({ manifold, seed: 1 });
    const x = draws(30, 1);
    await ksdTest(model, x, { replicates: 1 });
    const before = tf.memory().numTensors;
    const found = await ksdTest(model, x, { replicates: 20 });
    expect(await ksdTest((p) => model.energy(p), x, { manifold, replicates: 20 })).toEqual(found);
    expect(tf.memory().numTensors).toBe(before);
    await expect(ksdTest(model, x, { manifold: torus(2) })).rejects.toThrow(/the model lives on sphere:2, the manifold given is torus:2/);
    for (const [other, y] of [
      [hyperbolic(2), hyperbolic(2).fromGaussian(normal(10, 3, 1))],
      [simplex(2), simplex(2).fromGaussian(normal(10, 3, 1))],
    ] as [Manifold, tf.Tensor2D][])
      await expect(ksdTest(cap, y, { manifold: other })).rejects.toThrow(/lengths are not those of the space around it/);
  });
});
