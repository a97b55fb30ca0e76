import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { denoisingScoreMatching } from '../../../plugin/losses/denoisingScoreMatching.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { slicedScoreMatching } from '../../../plugin/losses/slicedScoreMatching.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { bowl, CURVATURE, parabola } from '../../support/quadratics.ts';
import { pairs, signVectors } from '../../support/quadrature.ts';
import { meanResultant, vonMisesFisherPoints } from '../../support/vonMisesFisher.ts';
import { ridgeEnergy } from './ridges.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const theta = numbers(normal(1, 4 * 5, 1));
const { energy, variable } = ridgeEnergy(theta, 3);
const globe = sphere(2);
const [flat, round] = [normal(40, 3, 2), globe.project(normal(40, 3, 3))];
const termsOf = (loss: Objective, x: tf.Tensor2D, z: tf.Tensor) => loss.terms!(x.shape[1] === 3 ? energy : fourth, x, z);
const ball = sphere(3);
const { energy: fourth } = ridgeEnergy(numbers(normal(1, 3 * 6, 11)), 4);
const variance = (t: tf.Tensor) => tf.moments(t).variance.dataSync()[0];

const routes = {
  'in flat space': { make: (epsilon: number) => mvlLd({ epsilon }), x: flat, z: normal(40, 3, 4) },
  'on S² embedded': { make: (epsilon: number) => mvlRld({ manifold: globe, epsilon }), x: round, z: normal(40, 3, 5) },
  'on S² by chart': { make: (epsilon: number) => mvlRld({ manifold: globe, route: 'chart', epsilon }), x: round, z: normal(40, 2, 6) },
  // On S² the drift of Brownian motion vanishes in these coordinates; here it does not.
  'on S³ by chart': {
    make: (epsilon: number) => mvlRld({ manifold: ball, route: 'chart', epsilon }),
    x: ball.project(normal(40, 4, 12)),
    z: normal(40, 3, 13),
  },
};

describe.each(Object.entries(routes))('ε = 0 %s', (_, { make, x, z }) => {
  it('is what the terms of z and −z tend to', () => {
    const limit = termsOf(make(0), x, z);
    expect(largest(tf.sub(termsOf(make(0), x, tf.neg(z)), limit))).toBeLessThan(1e-5);
    const distance = (epsilon: number) => {
      const both = tf.div(tf.add(termsOf(make(epsilon), x, z), termsOf(make(epsilon), x, tf.neg(z))), 2);
      return largest(tf.sub(both, limit));
    };
    const [far, near] = [distance(0.01), distance(0.001)];
    expect(largest(limit)).toBeGreaterThan(5);
    // O(ε), on top of a round-off of 4e-7/ε for energies of order 3.
    expect(near).toBeLessThan(0.15 * far);
    expect(far).toBeGreaterThan(0.01);
  });

  it('is exact score matching in the mean over all signs', () => {
    const { first, second } = pairs(x.arraySync(), signVectors(z.shape[1]));
    const exact = tf.mean(termsOf(exactScoreMatching(make(0).manifold), x, z)).dataSync()[0];
    expect(Math.abs(tf.mean(termsOf(make(0), tf.tensor2d(first), tf.tensor2d(second))).dataSync()[0] - exact)).toBeLessThan(2e-5);
  });
});

describe('ε = 0', () => {
  it('is sliced score matching with reduced variance, by name and by number', () => {
    for (const [loss, same, x] of [
      [ssmVr(), mvlLd({ epsilon: 0 }), flat],
      [ssmVr({ manifold: globe }), mvlRld({ manifold: globe, epsilon: 0 }), round],
    ] as const) {
      const z = normal(40, 3, 7);
      expect(numbers(termsOf(loss, x, z))).toEqual(numbers(termsOf(same, x, z)));
      expect([loss.name, loss.epsilon, loss.withEpsilon]).toEqual(['ssmVr', 0, undefined]);
      expect(same.epsilon).toBe(0);
    }
    expect(ssmVr({ noise: 'rademacher' }).noise?.distribution).toBe('rademacher');
  });

  it('gives J = −2.0149 for von Mises–Fisher with κ = 3 on S²', () => {
    const kappa = 3;
    const J = 2 * meanResultant(2, kappa) * (kappa / 2 - kappa);
    expect(J).toBeCloseTo(-2.0149, 4);
    const vmf: Energy = (x) => tf.mul(-kappa, tf.squeeze(tf.slice(x, [0, 2], [-1, 1]), [1]));
    const points = vonMisesFisherPoints(2, kappa, 400);
    for (const loss of [mvlRld({ manifold: globe, epsilon: 0 }), mvlRld({ manifold: globe, route: 'chart', epsilon: 0 })]) {
      const { first, second } = pairs(points, signVectors(loss.noise!.shape([1, 3])[1]));
      // The points represent the law to 1e-3.
      expect(Math.abs(loss(vmf, tf.tensor2d(first), tf.tensor2d(second)).dataSync()[0] / 2 - J)).toBeLessThan(2e-3);
    }
  });

  it('costs the same number of kernels in any dimension', async () => {
    const count = async (d: number) => {
      const bowl: Energy = (x) => tf.sum(tf.tanh(x), 1);
      const { kernels } = await tf.profile(() => ssmVr()(bowl, normal(8, d, 8), normal(8, d, 9)));
      return kernels.length;
    };
    expect(await count(2)).toBe(await count(64));
  });

  it('is refused where it makes no sense', () => {
    const flow = { ...langevin(), name: 'flow', generator: undefined };
    const { generator: _, ...bare } = flow;
    expect(() => minimumVelocity(bare, { epsilon: 0 })).toThrow(/the dynamics flow does not state its limit/);
    expect(() => mvlLd({ epsilon: 0, controlVariate: false })).toThrow(/infinite variance.*Leave controlVariate out/);
    expect(() => mvlLd({ scale: 0 })).toThrow(/scale must be a positive number; got 0/);
  });

  it('trains by fit, smoothed or not', async () => {
    const points = numbers(normal(400, 1, 10)).map((v) => [0.5 * v]);
    for (const smoothing of [undefined, 0.5]) {
      const lambda = tf.variable(tf.scalar(1));
      const model = energyModel({ manifold: mvlLd().manifold, network: parabola(lambda) });
      model.compile({ loss: mvlLd({ epsilon: 0, noise: 'rademacher' }), optimizer: tf.train.sgd(0.2) });
      await model.fit(points, { epochs: 20, batchSize: 200, verbose: 0, ...(smoothing !== undefined && { smoothing }) });
      // 1/(s² + σ²), s² being the 400 points' own second moment.
      const second = points.reduce((sum, [v]) => sum + v * v, 0) / points.length + (smoothing ?? 0) ** 2;
      // Without smoothing the batches differ by √(2/200) = 10 %, of which the last few steps average little.
      expect(Math.abs(lambda.dataSync()[0] * second - 1)).toBeLessThan(0.2);
      expect(model.summary).toMatchObject({ loss: 'mvlLd', epsilon: 0 });
    }
  });
});

describe('variance of one sample', () => {
  const d = 4;
  const H = tf.tensor2d(CURVATURE);
  const curved = bowl(H);
  const squares = tf.sum(tf.square(H)).dataSync()[0];
  const diagonal = 2 ** 2 + 1 + 1 + 0.5 ** 2;
  const at = [0.5, -1, 0.3, 0.8];
  const gradient = numbers(tf.matMul(tf.tensor2d([at]), H));
  const all = (loss: Objective, z: tf.Tensor2D) =>
    tf.tidy(() => variance(loss.terms!(curved, tf.tile(tf.tensor2d([at]), [z.shape[0], 1]), z)));
  const signs = tf.tensor2d(signVectors(d));

  it('of SSM-VR is 8(|H|² − ΣHᵢᵢ²) with signs; (vᵀs)² adds to it', () => {
    // L = 2J, so four times 2(|H|² − ΣHᵢᵢ²).
    expect(all(ssmVr({ noise: 'rademacher' }), signs)).toBeCloseTo(8 * (squares - diagonal), 3);
    // (gᵀv)² − 2vᵀHv is the quadratic form of M = ggᵀ − 2H.
    const M = gradient.map((a, i) => gradient.map((b, k) => a * b - 2 * (H.arraySync() as number[][])[i][k]));
    const expected = 2 * M.flatMap((row, i) => row.map((v, k) => (i === k ? 0 : v * v))).reduce((a, b) => a + b, 0);
    expect(Math.abs(all(slicedScoreMatching({ noise: 'rademacher' }), signs) / expected - 1)).toBeLessThan(1e-4);
  });

  it('of denoising stays at 8|H|² with its control variate, and grows as 2d/σ⁴ without', () => {
    const z = normal(40_000, d, 20);
    // A sample variance of a quadratic form deviates by about √(14/n) = 2 %.
    for (const sigma of [0.1, 0.01]) {
      const [on, off] = [true, false].map((controlVariate) => all(denoisingScoreMatching({ sigma, controlVariate }), z));
      expect(Math.abs(on / (8 * squares) - 1)).toBeLessThan(sigma === 0.1 ? 0.2 : 0.08);
      const square = gradient.reduce((sum, g) => sum + g * g, 0);
      expect(Math.abs(off / ((2 * d) / sigma ** 4 + (4 * square) / sigma ** 2) - 1)).toBeLessThan(0.1);
      // 8|H|² = 71 against 8e4 and 8e8.
      expect(off / on).toBeGreaterThan(0.1 / sigma ** 4);
    }
  });

  it('of CD-1’s gradient does not grow as ε → 0 with its control variate, and as 8|∂θ∇E|²/ε without', () => {
    const z = normal(20_000, d, 21);
    const rows = z.shape[0];
    // A parameter for each row, E = θ ½xᵀHx, so that the gradient of the sum has the rows' own gradients as entries.
    const own = (epsilon: number, controlVariate: boolean) =>
      tf.tidy(() => {
        const scale = tf.variable(tf.ones([rows]));
        const scaled: Energy = (x) => tf.mul(scale as tf.Tensor1D, curved(x));
        const x = tf.tile(tf.tensor2d([at]), [rows, 1]) as tf.Tensor2D;
        const loss = contrastiveDivergence({ epsilon, controlVariate });
        return variance(tf.variableGrads(() => tf.sum(loss.terms!(scaled, x, z)) as tf.Scalar, [scale]).grads[scale.name]);
      });
    const [coarse, fine] = [own(1e-2, true), own(1e-3, true)];
    // As ε → 0 the gradient is 2⟨g, g⟩ − 2zᵀHz, of variance 8|H|².
    expect(Math.abs(fine / (8 * squares) - 1)).toBeLessThan(0.1);
    expect(Math.abs(coarse / fine - 1)).toBeLessThan(0.3);
    const square = gradient.reduce((sum, g) => sum + g * g, 0);
    expect(Math.abs(own(1e-3, false) / ((8 * square) / 1e-3) - 1)).toBeLessThan(0.1);
  });
});

describe('denoising on S¹, which is flat', () => {
  it.each([true, false])('is exact at any σ, with control variate: %p', (controlVariate) => {
    const [k, angle, sigma] = [2, 0.7, 0.6];
    // E = −k cos θ, E′² − 2E″ = k² sin²θ − 2k cos θ, in the mean over θ ~ N(angle, σ²).
    const expected =
      (k ** 2 / 2) * (1 - Math.cos(2 * angle) * Math.exp(-2 * sigma ** 2)) - 2 * k * Math.cos(angle) * Math.exp(-(sigma ** 2) / 2);
    const steps = Array.from({ length: 801 }, (_, i) => (i - 400) / 80);
    const weights = steps.map((z) => Math.exp(-z * z * 0.5));
    const x = tf.tensor2d(steps.map(() => [Math.cos(angle), Math.sin(angle)]));
    const noise = tf.tensor2d(steps.map((z) => [-z * Math.sin(angle), z * Math.cos(angle)]));
    const cosine: Energy = (p) => tf.mul(-k, tf.squeeze(tf.slice(p, [0, 0], [-1, 1]), [1]));
    const terms = numbers(denoisingScoreMatching({ sigma, manifold: sphere(1), controlVariate }).terms!(cosine, x, noise));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const found = terms.reduce((sum, term, i) => sum + (term * weights[i]) / total, 0);
    // The rectangle rule on ±5 deviations: cut tails of 6e-7, of terms up to 100.
    expect(Math.abs(found - expected)).toBeLessThan(1e-4);
  });
});

describe('on S²', () => {
  const { first, second } = pairs(round.arraySync(), signVectors(3));
  const [x, z] = [tf.tensor2d(first), tf.tensor2d(second)];

  it('sliced score matching is exact score matching in the mean over all signs', () => {
    const exact = exactScoreMatching(globe)(energy, round).dataSync()[0];
    for (const loss of [slicedScoreMatching({ manifold: globe }), ssmVr({ manifold: globe })])
      expect(Math.abs(loss(energy, x, z).dataSync()[0] - exact)).toBeLessThan(2e-5);
  });

  it.each([true, false])('denoising tends to it as σ², with control variate: %p', (controlVariate) => {
    const exact = exactScoreMatching(globe)(energy, round).dataSync()[0];
    const errors = [0.1, 0.05].map((sigma) =>
      Math.abs(denoisingScoreMatching({ sigma, manifold: globe, controlVariate })(energy, x, z).dataSync()[0] - exact),
    );
    expect(errors[0]).toBeGreaterThan(0.01);
    expect(Math.abs(errors[1] / errors[0] - 0.25)).toBeLessThan(0.05);
  });

  it('CD-1’s gradient tends to that of score matching', () => {
    const gradient = (loss: Objective, points: tf.Tensor2D, noise?: tf.Tensor) =>
      tf.tidy(() => numbers(tf.variableGrads(() => loss(energy, points, noise), [variable]).grads[variable.name]));
    const exact = gradient(exactScoreMatching(globe), round);
    const error = (epsilon: number) => {
      const found = gradient(contrastiveDivergence({ manifold: globe, epsilon }), x, z);
      return Math.hypot(...found.map((v, i) => v - exact[i])) / Math.hypot(...exact);
    };
    const [far, near] = [error(0.02), error(0.005)];
    expect(far).toBeLessThan(0.3);
    expect(Math.abs(near / far - 0.25)).toBeLessThan(0.1);
  });
});

it('leaves no tensors behind', () => {
  for (const loss of [
    ssmVr(),
    slicedScoreMatching(),
    denoisingScoreMatching({ sigma: 0.1 }),
    denoisingScoreMatching({ sigmas: [0.1, 1] }),
    contrastiveDivergence(),
    ssmVr({ manifold: globe }),
  ]) {
    const before = tf.memory().numTensors;
    loss(energy, round).dispose();
    loss.terms!(energy, round).dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
});

it('draws noise from the seed, anew at each call', () => {
  for (const make of [
    (seed: number) => slicedScoreMatching({ seed }),
    (seed: number) => denoisingScoreMatching({ sigmas: [0.1, 1], seed }),
    (seed: number) => contrastiveDivergence({ seed }),
  ]) {
    const run = (seed: number) => {
      const loss = make(seed);
      return [0, 1].map(() => loss(energy, flat).dataSync()[0]);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)[0]).not.toBe(run(1)[1]);
    expect(run(1)[0]).not.toBe(run(2)[0]);
  }
});
