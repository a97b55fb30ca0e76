import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { type AnnealingEstimate, annealedImportanceSampling } from '../../metrics/annealedImportanceSampling.ts';
import type { Energy } from '../../plugin/energy/energy.ts';
import { chart } from '../../plugin/manifolds/chart.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../plugin/manifolds/hyperbolic.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';
import { logNormal } from '../support/gaussians.ts';
import { bowl } from '../support/quadratics.ts';
import { vonMisesFisher } from './energies.ts';

/** A stationary autoregressive sequence as a Gaussian law around 1: precision, log Z, exact draws. */
function autoregressive(d: number, rho: number, deviation: number) {
  const scale = deviation ** 2 * (1 - rho ** 2);
  const precision = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => {
      if (i === j) return (i === 0 || i === d - 1 ? 1 : 1 + rho ** 2) / scale;
      return Math.abs(i - j) === 1 ? -rho / scale : 0;
    }),
  );
  const draw = (n: number, seed: number) => {
    const { gaussian } = randomStream(seed, 77);
    return tf.tensor2d(
      Array.from({ length: n }, () => {
        let x = gaussian();
        return Array.from({ length: d }, (_, i) => {
          x = i === 0 ? x : rho * x + Math.sqrt(1 - rho ** 2) * gaussian();
          return 1 + deviation * x;
        });
      }),
    );
  };
  const energy: Energy = (x) => bowl(tf.tensor2d(precision))(tf.sub(x, 1));
  return { energy, draw, logZ: (d / 2) * Math.log(2 * Math.PI) + d * Math.log(deviation) + ((d - 1) / 2) * Math.log(1 - rho ** 2) };
}

/** Ten times as fast as tfjs; that both give the same has a test of its own. */
const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });

const within = ({ logZ, standardError }: Pick<AnnealingEstimate, 'logZ' | 'standardError'>, truth: number, deviations = 4) =>
  expect(Math.abs(logZ - truth)).toBeLessThan(deviations * standardError);

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
/** Standard error of the mean. */
function spread(values: ArrayLike<number>): number {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - centre) ** 2)) / values.length);
}

describe('annealed importance sampling, of log Z in closed form', () => {
  it('of a correlated Gaussian in ten dimensions, from both sides', async () => {
    const { energy, draw, logZ } = autoregressive(10, 0.9, 2);
    const samples = draw(32, 1);
    const before = tf.memory().numTensors;
    const found = await annealedImportanceSampling(energy, euclidean(10), { temperatures: 150, chains: 32, samples, seed: 1, executor });
    expect(tf.memory().numTensors).toBe(before);
    within(found, logZ);
    within(found.backward as NonNullable<typeof found.backward>, logZ);
    expect(found.lower).toBeLessThan(logZ);
    expect(found.upper).toBeGreaterThan(logZ);
    // Each bound is off by about half the variance of the log-weights, .7, over the number of chains, and two deviations of .15.
    expect((found.upper as number) - found.lower).toBeLessThan(2);
    expect(found.standardError).toBeLessThan(0.4);
    expect(found.effectiveSampleSize).toBeGreaterThan(8);
    // Tuned for .65 in a run of 30 moves; 16 · 150 proposals deviate by .01.
    for (const { acceptance } of [found, found.backward as NonNullable<typeof found.backward>])
      expect(Math.abs(acceptance - 0.65)).toBeLessThan(0.1);
    expect(found.logWeights).toHaveLength(32);
  });

  it.each([
    ['S²', 2, Math.log((4 * Math.PI * Math.sinh(8)) / 8)],
    // ∫₀^π e^(κ cos θ) sin²θ dθ = π I₁(κ)/κ on S³, whose equators have area 4π; I₁(8) = 399.8731368.
    ['S³', 3, Math.log((4 * Math.PI * Math.PI * 399.8731368) / 8)],
  ])('of a von Mises–Fisher law with κ = 8 on %s', async (_, n, logZ) => {
    const axis = Array.from({ length: n + 1 }, (_, i) => (i === n ? 1 : 0));
    const found = await annealedImportanceSampling(vonMisesFisher(axis, 8), sphere(n), { temperatures: 80, chains: 64, seed: 2, executor });
    within(found, logZ);
    expect(found.standardError).toBeLessThan(0.2);
    expect(found.upper).toBeNull();
  });

  it('of a base of one’s own, on a manifold of infinite volume', async () => {
    // exp(−a cosh r) on H² has Z = 2π e^(−a)/a, and is drawn exactly: cosh r − 1 is exponential with rate a.
    const law =
      (a: number): Energy =>
      (x) =>
        tf.mul(a, tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]));
    const logZ = (a: number) => Math.log((2 * Math.PI) / a) - a;
    const base = {
      energy: law(1),
      logZ: logZ(1),
      sample: (noise: tf.Tensor2D): tf.Tensor2D => {
        const [u, v, w] = [0, 1, 2].map((i) => tf.slice(noise, [0, i], [-1, 1]));
        const uniform = tf.add(0.5, tf.mul(0.5, tf.erf(tf.mul(Math.SQRT1_2, u))));
        const cosh = tf.sub(1, tf.log(uniform));
        const sinh = tf.sqrt(tf.sub(tf.square(cosh), 1));
        const length = tf.sqrt(tf.add(tf.square(v), tf.square(w)));
        return tf.concat([cosh, tf.mul(sinh, tf.div(v, length)), tf.mul(sinh, tf.div(w, length))], 1) as tf.Tensor2D;
      },
    };
    const found = await annealedImportanceSampling(law(6), hyperbolic(2), { base, temperatures: 60, chains: 64, seed: 3, executor });
    within(found, logZ(6));
    expect(found.standardError).toBeLessThan(0.2);
  });
});

describe('weights of few, coarse temperatures', () => {
  // exp(−|x − 1|²/2s²) in R³ with s = .6, in 5 steps of a fixed size: weights spread over several nats.
  const [d, s, chains] = [3, 0.6, 6000];
  const energy: Energy = (x) => tf.mul(0.5 / s ** 2, tf.sum(tf.square(tf.sub(x, 1)), 1));
  const logZ = (d / 2) * Math.log(2 * Math.PI * s ** 2);
  const draws = () => {
    const { gaussian } = randomStream(5, 77);
    return tf.tensor2d(Array.from({ length: chains }, () => Array.from({ length: d }, () => 1 + s * gaussian())));
  };

  it('have the means Z and 1/Z, and logarithms on either side of it', async () => {
    const options = { temperatures: 5, chains, leapfrogs: 3, stepSize: 0.35, samples: draws(), seed: 4, executor };
    const found = await annealedImportanceSampling(energy, euclidean(d), options);
    const backward = found.backward as NonNullable<typeof found.backward>;
    for (const [logs, sign] of [
      [found.logWeights, 1],
      [backward.logWeights, -1],
    ] as const) {
      const weights = logs.map((log) => Math.exp(sign * (log - logZ)));
      // With 6000 chains the error is 2 to 4 %; an acceptance test left out, or a rise paired with the wrong move, shifts the mean by far more.
      expect(spread(weights)).toBeLessThan(0.06);
      expect(Math.abs(mean(weights) - 1)).toBeLessThan(4 * spread(weights));
      // What is reported is that mean.
      expect(sign > 0 ? found.logZ : backward.logZ).toBeCloseTo(logZ + sign * Math.log(mean(weights)), 10);
      expect(mean(logs) * sign).toBeLessThan(logZ * sign - 0.3);
    }
  });
});

describe('many densities at once', () => {
  // p(z) = N(0, I₂), p(x|z) = N(Wz, s² I₃): p(x) = N(0, WWᵀ + s² I).
  const W = [
    [1, 0.5],
    [-0.7, 1.2],
    [0.3, 0.4],
  ];
  const s = 0.5;
  const energy = (z: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D => {
    const error = tf.sub(x, tf.matMul(z, tf.tensor2d(W), false, true));
    const constant = 1.5 * Math.log(2 * Math.PI * s ** 2) + Math.log(2 * Math.PI);
    return tf.add(tf.add(tf.mul(0.5 / s ** 2, tf.sum(tf.square(error), 1)), tf.mul(0.5, tf.sum(tf.square(z), 1))), constant);
  };
  const { gaussian } = randomStream(6, 77);
  const latent = Array.from({ length: 5 }, () => [gaussian(), gaussian()]);
  const data = latent.map((z) => W.map((row) => row[0] * z[0] + row[1] * z[1] + s * gaussian()));
  const covariance = W.map((a, i) => W.map((b, j) => a[0] * b[0] + a[1] * b[1] + (i === j ? s ** 2 : 0)));
  const truths = data.map((x) => logNormal(x, covariance));

  it('are the log-likelihoods of a linear model', async () => {
    const [given, samples] = [tf.tensor2d(data), tf.tensor2d(latent)];
    const before = tf.memory().numTensors;
    const options = { given, samples, temperatures: 80, chains: 24, seed: 7, executor };
    const found = await annealedImportanceSampling(energy, euclidean(2), options);
    expect(tf.memory().numTensors).toBe(before);
    expect(found).toHaveLength(5);
    for (const [g, truth] of truths.entries()) {
      within(found[g], truth);
      within(found[g].backward as AnnealingEstimate, truth);
      expect(found[g].standardError).toBeLessThan(0.3);
    }
    // The five differ by nats: rows are not mixed up.
    expect(Math.max(...truths) - Math.min(...truths)).toBeGreaterThan(1);
  });

  it('run by onnxruntime agree with tfjs, and a seed fixes them', async () => {
    const run = (more: object = {}) =>
      annealedImportanceSampling(energy, euclidean(2), { given: tf.tensor2d(data), temperatures: 20, chains: 4, stepSize: 0.2, ...more });
    const [first, again, other, compiled] = [
      await run(),
      await run(),
      await run({ seed: 1 }),
      await run({ executor: onnxruntimeExecutor(ort) }),
    ];
    expect(again).toEqual(first);
    expect(other[0].logZ).not.toBe(first[0].logZ);
    // The same chains up to rounding, 1e-6 of energies of order 10, unless a proposal is accepted by one alone: none is here.
    for (const [g, { logZ }] of compiled.entries()) expect(Math.abs(logZ - first[g].logZ)).toBeLessThan(1e-4);
  });

  it('have intervals that cover the truth as often as they say, and means below it', async () => {
    const groups = 200;
    const given = tf.tile(tf.tensor2d([data[0]]), [groups, 1]) as tf.Tensor2D;
    const found = await annealedImportanceSampling(energy, euclidean(2), { given, temperatures: 40, chains: 24, seed: 8, executor });
    const covered = found.filter(({ logZ, standardError }) => Math.abs(logZ - truths[0]) < 1.96 * standardError).length;
    // Weights are skewed, which costs some percent of the 95; ±1.5 % by the number of groups.
    expect(covered / groups).toBeGreaterThan(0.86);
    expect(covered / groups).toBeLessThan(0.99);
    const values = found.map(({ logZ }) => logZ);
    expect(Math.abs(mean(values) - truths[0])).toBeLessThan(4 * spread(values) + 0.02);
  });

  it('have steps of their own, tuned for the acceptance asked for', async () => {
    const scales = [0.05, 1, 10];
    const bowls = (x: tf.Tensor2D, scale: tf.Tensor2D): tf.Tensor1D => tf.mul(0.5, tf.sum(tf.square(tf.div(x, scale)), 1));
    const given = tf.tensor2d(scales, [3, 1]);
    const found = await annealedImportanceSampling(bowls, euclidean(2), {
      given,
      temperatures: 100,
      chains: 24,
      acceptance: 0.8,
      executor,
    });
    for (const [g, scale] of scales.entries()) {
      // Tuned on 24 chains, ±.05, and a little behind the path; one step for all three would nearly always be rejected by one.
      expect(Math.abs(found[g].acceptance - 0.8)).toBeLessThan(0.15);
      if (scale !== 1) within(found[g], Math.log(2 * Math.PI * scale ** 2));
    }
  });
});

describe('annealed importance sampling', () => {
  const quick = { temperatures: 5, chains: 2 };
  const energy = bowl(tf.eye(2));

  it('reports, and ends at an abort without tensors left', async () => {
    const seen: [number, number][] = [];
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    await annealedImportanceSampling(energy, euclidean(2), { ...quick, onProgress: (step, steps) => seen.push([step, steps]) });
    // 20 moves and five temperatures to tune, then five.
    expect(seen).toEqual(Array.from({ length: 30 }, (_, k) => [k + 1, 30]));
    const onProgress = (step: number) => step === 7 && controller.abort(new Error('enough'));
    const aborted = annealedImportanceSampling(energy, euclidean(2), { ...quick, onProgress, signal: controller.signal });
    await expect(aborted).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes a schedule of one’s own', async () => {
    const found = await annealedImportanceSampling(energy, euclidean(2), { temperatures: [0, 0.5, 1], chains: 3, stepSize: 0.5 });
    // The target is the base: all weights are Z.
    for (const log of found.logWeights) expect(log).toBeCloseTo(Math.log(2 * Math.PI), 6);
    expect(found.effectiveSampleSize).toBeCloseTo(3, 6);
    expect(found.standardError).toBeLessThan(1e-3);
  });

  it.each([
    ['no temperatures', { temperatures: 0 }, 'temperatures must be a whole number of at least 1, or a list from 0 to 1; got 0.'],
    ['a list that does not rise', { temperatures: [0, 0.5, 0.5, 1] }, 'temperatures as a list must rise from 0 to 1; got 4 from 0.'],
    ['no chains', { chains: 0 }, 'chains must be a whole number of at least 1; got 0.'],
    ['a negative step', { stepSize: -1 }, 'stepSize must be positive; got -1.'],
    ['an acceptance of 1', { acceptance: 1 }, 'acceptance must be between 0 and 1; got 1.'],
    ['no leapfrogs', { leapfrogs: 0 }, 'leapfrogs must be a whole number'],
    ['too many samples', { samples: tf.zeros([3, 2]) as tf.Tensor2D }, 'expected 1 samples, or 2, one for each chain; got 3.'],
    [
      'samples from elsewhere',
      { samples: tf.zeros([1, 3]) as tf.Tensor2D },
      'annealedImportanceSampling(samples): expected points of euclidean:2',
    ],
    [
      'a base for other groups',
      { base: { energy, logZ: [1, 2], sample: (z: tf.Tensor2D) => z } },
      'the base has 2 values of logZ for 1 rows of given.',
    ],
  ])('refuses %s', async (_, options, message) => {
    await expect(annealedImportanceSampling(energy, euclidean(2), { ...quick, ...options })).rejects.toThrow(message);
  });

  it('refuses manifolds without a base, and energies that are none', async () => {
    const before = tf.memory().numTensors;
    await expect(annealedImportanceSampling(energy, hyperbolic(2), quick)).rejects.toThrow('give a base { energy, logZ, sample }');
    await expect(annealedImportanceSampling(energy, euclidean(), quick)).rejects.toThrow('Give the dimension');
    await expect(
      annealedImportanceSampling(
        energy,
        chart((x) => tf.onesLike(x), { dim: 2 }),
        quick,
      ),
    ).rejects.toThrow();
    const wrong = (x: tf.Tensor2D) => tf.sum(x, 1, true) as unknown as tf.Tensor1D;
    await expect(annealedImportanceSampling(wrong, euclidean(2), quick)).rejects.toThrow(
      'for 2 points the energy gave shape [2, 1]; expected [2].',
    );
    const nowhere: Energy = (x) => tf.div(tf.sum(tf.mul(0, x), 1), 0);
    await expect(annealedImportanceSampling(nowhere, euclidean(2), quick)).rejects.toThrow(/the log-weight of row 0 is NaN at β = /);
    expect(tf.memory().numTensors).toBe(before);
  });
});
