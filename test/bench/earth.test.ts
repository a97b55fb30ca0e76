import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { conditionalVelocity } from '../../bench/earth/conditionalVelocity.ts';
import { allEvents, type EarthSet, earthEvents, readPlaces, SETS } from '../../bench/earth/events.ts';
import { kernelMixture } from '../../bench/earth/kernelMixture.ts';
import { logDensityOf } from '../../bench/earth/logDensityOf.ts';
import { sitesAt } from '../../bench/earth/sites.ts';
import { ablationTable, likelihoodTable, spreadOf } from '../../bench/earth/summary.ts';
import { logPartition } from '../../metrics/logPartition.ts';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { torusQuadrature } from '../../metrics/torusQuadrature.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { randomStream } from '../../random/stream.ts';

const manifold = sphere(2);

const somePoints = (count: number, seed: number): number[][] =>
  tf.tidy(() => manifold.fromGaussian(tf.randomNormal([count, 3], 0, 1, 'float32', seed)).arraySync());

describe('the events', () => {
  it.each(Object.entries(SETS))('of %s are %d, on the globe', (set, count) => {
    const all = allEvents(set as EarthSet);
    expect(all).toHaveLength(count);
    expect(all.every(([longitude, latitude]) => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)).toBe(true);
  });

  it('are split .8/.1/.1 as the seed says, and none is lost', () => {
    const { train, validation, test } = earthEvents('volcano', 3);
    expect([train.length, validation.length, test.length]).toEqual([661, 83, 83]);
    const sorted = (places: readonly (readonly number[])[]) => places.map(String).sort();
    expect(sorted([...train, ...validation, ...test])).toEqual(sorted(allEvents('volcano')));
    expect(earthEvents('volcano', 3)).toEqual({ train, validation, test });
    expect(earthEvents('volcano', 4).test).not.toEqual(test);
  });

  it('have their longitude first, and bad lines are named', () => {
    expect(readPlaces('latitude,longitude\n-30.2,-178.47\n')).toEqual([[-178.47, -30.2]]);
    expect(() => readPlaces('latitude,longitude\n1,2\n91,0\n')).toThrow(/line 3.*91/);
    expect(() => readPlaces('latitude,longitude\n1,east\n')).toThrow(/line 2.*east/);
    expect(() => readPlaces('lat,long\n1,2\n')).toThrow(/latitude,longitude.*lat,long/);
  });
});

describe('a kernel mixture', () => {
  const sites = sitesAt(somePoints(40, 1), 0);
  const options = { widths: [0.15, 0.6], exponent: 0.4 };

  it('integrates to one at any noise level', () => {
    const mixture = kernelMixture(sites, options);
    const rule = sphereQuadrature(manifold, 48);
    const nodes = Array.from({ length: rule.size }, (_, i) => rule.points.subarray(3 * i, 3 * i + 3));
    for (const sigma of [0, 0.1, 0.5]) {
      const values = logDensityOf(sites, mixture.parameters(), sigma)(nodes);
      expect(values.reduce((sum, value, i) => sum + Math.exp(value + rule.logWeights[i]), 0)).toBeCloseTo(1, 6);
    }
    mixture.dispose();
  });

  it('is normalised on the circle too, where kernels are narrow', async () => {
    const points = Array.from({ length: 30 }, (_, i) => [Math.cos(i * i), Math.sin(i * i)]);
    const crowding = Float64Array.from(points, (_, i) => 0.1 * Math.sin(i));
    const mixture = kernelMixture({ points, crowding }, { widths: [0.03, 0.06], exponent: 0.5 });
    const logZ = await logPartition((x) => mixture.energy(x, 0.02 ** 2), torusQuadrature(torus(1), 600));
    // The chord is shorter than the arc: a kernel's mass is 1 + v/8.
    expect(Math.abs(logZ)).toBeLessThan(1e-3);
    mixture.dispose();
  });

  it('has the energy of that density, up to a constant', () => {
    const mixture = kernelMixture(sites, options);
    const x = somePoints(20, 2);
    const energies = tf.tidy(() => mixture.energy(tf.tensor2d(x), 0.01).dataSync());
    const sums = logDensityOf(sites, mixture.parameters(), 0.1)(x).map((value, i) => value + energies[i]);
    for (const sum of sums) expect(sum).toBeCloseTo(sums[0], 4); // single precision
    mixture.dispose();
  });

  it('leaves out the kernel at the very point of a row, and no other', () => {
    const before = tf.memory().numTensors;
    const whole = kernelMixture(sites, options);
    const without = kernelMixture({ points: sites.points.slice(1), crowding: sites.crowding.slice(1) }, options);
    const [at, y] = [tf.tensor2d([[...sites.points[0]]]), tf.tensor2d(somePoints(1, 3))];
    const value = (tensor: tf.Tensor) => tensor.dataSync()[0];
    tf.tidy(() => {
      expect(value(whole.energy(y, 0.01, at))).toBeCloseTo(value(without.energy(y, 0.01)), 5);
      expect(value(whole.energy(y, 0.01))).not.toBeCloseTo(value(without.energy(y, 0.01)), 5);
    });
    tf.dispose([at, y]);
    whole.dispose();
    without.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells events at one place apart', () => {
    const { points } = sitesAt(
      Array.from({ length: 20 }, () => [0, 0, 1]),
      0,
    );
    expect(new Set(points.map(String)).size).toBe(20);
    for (const [x, y, z] of points) expect(Math.hypot(x, y, z)).toBeCloseTo(1, 6);
  });
});

describe('conditionalVelocity', () => {
  it('is E[σ²(|grad E|² − 2ΔE)]', () => {
    const k = 2;
    const energy = (x: tf.Tensor2D) => tf.mul(-k, tf.squeeze(tf.slice(x, [0, 2], [-1, 1]), [1])) as tf.Tensor1D;
    const loss = conditionalVelocity({ manifold, energy, from: 0.1, to: 0.05 });
    const n = 4000;
    const value = tf.tidy(() => {
      const x = tf.tile(tf.tensor2d([[0.6, 0, 0.8]]), [n, 1]) as tf.Tensor2D;
      return loss(energy, x, drawNoise(loss.noise as NonNullable<typeof loss.noise>, [n, 3], randomStream(1))).dataSync()[0];
    });
    // With t = ⟨μ, x⟩ = .8: |grad E|² = k²(1 − t²), ΔE = 2kt; σ² has mean (b² − a²)/(2 log(b/a)) for log σ uniform on [a, b].
    const expected = ((0.01 - 0.0025) / (2 * Math.log(2))) * (k ** 2 * (1 - 0.64) - 4 * k * 0.8);
    // The noise moves t by about σ²t, 1 %, and one sample deviates by as much as the loss: 2 % in 4,000.
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.06);
  });
});

describe('the tables', () => {
  it('have means, deviations and dashes', () => {
    expect(spreadOf([1, 2, 3])).toEqual({ mean: 2, deviation: 1, splits: 3 });
    const kernels = (testNll: number) => ({ kde: { width: 1, validationNll: 0, testNll } });
    const results = { runs: { 'flood/0': kernels(0.5), 'flood/1': kernels(0.7) }, ablations: {} };
    expect(likelihoodTable(results)).toContain('| kernels, bandwidth by leaving one out | – | – | .60 ± .14 | – |');
    const entry = { set: 'fire', seed: 0, what: 'one', validationNll: -1.5, testNll: -0.25, seconds: 1 };
    expect(ablationTable({ runs: {}, ablations: { one: entry } }, ['one', 'two'])).toContain('| one | −1.50 | −.25 |\n| two | – | – |');
  });
});
