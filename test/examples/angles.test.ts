import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { tableDensity } from '../../bench/angles/tableDensity.ts';
import { amongUniform, withoutUniform } from '../../examples/angles/background.ts';
import { fitAngles } from '../../examples/angles/fit.ts';
import { windDirections } from '../../examples/angles/wind.ts';
import { logPartition } from '../../metrics/logPartition.ts';
import { torusQuadrature } from '../../metrics/torusQuadrature.ts';
import type { Energy } from '../../plugin/energy/energy.ts';
import { fromAngles, torus } from '../../plugin/manifolds/torus.ts';
import { randomStream } from '../../random/stream.ts';
import { numbers } from '../support/arrays.ts';
import '../support/wasm.ts';

const circle = torus(1);
const onCircle = (angles: readonly number[]) => fromAngles(tf.tensor2d(angles.map((t) => [t]))) as tf.Tensor2D;
/** I₀(4). */
const BESSEL = 11.301921952136;
const vonMises = (t: number) => Math.exp(4 * Math.cos(t)) / (2 * Math.PI * BESSEL);

describe('a uniform share', () => {
  const share = 0.1;

  it('is as large as asked for, among the angles', () => {
    const angles = Array.from({ length: 500 }, (_, i) => [0.2 * Math.sin(i)]);
    const x = amongUniform(angles, share, 1e6, randomStream(1));
    // In double precision: a million float32 sums to three digits.
    const mean = (points: tf.Tensor2D) =>
      [0, 1].map((k) => numbers(points).reduce((sum, v, i) => sum + (i % 2 === k ? v : 0), 0) / points.shape[0]);
    const [cosine, sine] = mean(x);
    const [own] = mean(onCircle(angles.flat()));
    // A million points of which a tenth have a mean of 0 ± .0007 · √10.
    expect(Math.abs(cosine - (1 - share) * own)).toBeLessThan(2e-3);
    expect(Math.abs(sine)).toBeLessThan(2e-3);
    x.dispose();
  });

  it('is taken off a density that has it, and leaves the density that was mixed in', () => {
    const logZ = 1.7;
    const mixed: Energy = (x) => {
      const p = tf.div(tf.exp(tf.mul(4, tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]))), 2 * Math.PI * BESSEL);
      return tf.sub(-logZ, tf.log(tf.add(tf.mul(1 - share, p), share / (2 * Math.PI)))) as tf.Tensor1D;
    };
    const angles = [0, 0.5, 1, 1.5, 1.8];
    const found = numbers(withoutUniform(mixed, circle, share, logZ)(onCircle(angles)));
    for (const [i, t] of angles.entries()) {
      // What is left above the background, in its unit; the root adds δ²/t².
      const excess = ((1 - share) * vonMises(t)) / (share / (2 * Math.PI));
      expect(Math.abs(found[i] + Math.log(excess))).toBeLessThan(1e-4 + 0.06 ** 2 / excess ** 2);
    }
    expect(numbers(withoutUniform(mixed, circle, share, logZ)(onCircle([Math.PI])))[0]).toBeGreaterThan(2);
  });

  it('gives modes that no point lies between the masses that they have', async () => {
    const { uniform, gaussian } = randomStream(4);
    const angles = Array.from({ length: 5000 }, () => [(uniform() < 0.8 ? 0 : Math.PI) + 0.2 * gaussian()]);
    const options = { steps: 3000, batchSize: 1024, learningRate: 0.01, smoothing: { from: 0.5, to: 0.1 }, hidden: [32, 32], seed: 1 };
    const energy = await fitAngles(angles, circle, { ...options, uniformShare: 0.3 });
    const right: Energy = (x) => tf.where(tf.greater(tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]), 0), energy(x), 1e4) as tf.Tensor1D;
    const rule = torusQuadrature(circle);
    const mass = Math.exp((await logPartition(right, rule, { tolerance: 0.01 })) - (await logPartition(energy, rule)));
    // .807 of the points are there; the share left in would make it .71.
    expect(Math.abs(mass - 0.807)).toBeLessThan(0.03);
  });
});

describe('the density of a table', () => {
  const values = [1, 0, 3, 2, 0, 4, 1, 1, 2, 5, 0, 1, 0, 2, 2, 3];
  const table = tableDensity({ values, bins: 4, first: 0.3, dimensions: 2 });

  it('has the shares of the table at the nodes, integrates to one, and its draws have its moments', async () => {
    const rule = torusQuadrature(torus(2), 200);
    expect(await logPartition(table.energy, rule, { tolerance: 1e-3 })).toBeCloseTo(0, 3);
    const node = (i: number) => [0.3 + (Math.PI / 2) * Math.floor(i / 4), 0.3 + (Math.PI / 2) * (i % 4)];
    const energies = numbers(table.energy(fromAngles(tf.tensor2d([5, 9].map(node))) as tf.Tensor2D));
    expect(energies[0] - energies[1]).toBeCloseTo(Math.log(5 / 4), 4);
    const n = 100_000;
    const drawn = fromAngles(tf.tensor2d(table.draw(n, randomStream(2)))) as tf.Tensor2D;
    const masses = numbers(table.energy(tf.tensor2d(rule.points, [rule.size, 4]))).map((e, i) => Math.exp(rule.logWeights[i] - e));
    const found = numbers(tf.mean(drawn, 0));
    for (let k = 0; k < 4; k++) {
      const expected = masses.reduce((sum, mass, i) => sum + mass * rule.points[4 * i + k], 0);
      expect(Math.abs(found[k] - expected)).toBeLessThan(4 / Math.sqrt(n));
    }
  });
});

it('directions of the wind are split without loss, and stay within half a degree of whole ones', () => {
  const { train, test } = windDirections(3);
  expect([train.length, test.length]).toEqual([4320, 480]);
  const degrees = [...train, ...test].map(([t]) => (t * 180) / Math.PI);
  const { train: again } = windDirections(3);
  expect(again).toEqual(train);
  expect(Math.max(...degrees.map((v) => Math.abs(v - Math.round(v))))).toBeGreaterThan(0.45);
  expect(Math.min(...degrees)).toBeGreaterThan(-0.6);
  expect(Math.max(...degrees)).toBeLessThan(360.6);
});
