import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { denoisingScoreMatching } from '../../../plugin/losses/denoisingScoreMatching.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { persistentContrastiveDivergence } from '../../../plugin/losses/persistentContrastiveDivergence.ts';
import { slicedScoreMatching } from '../../../plugin/losses/slicedScoreMatching.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { parabola } from '../../support/quadratics.ts';
import { pairs, simpson } from '../../support/quadrature.ts';

/** x, z ∈ {−1, 1}²: moments of N(0, 1) up to degree 3. The losses have degree 2 in each, so their means over these are their expectations. */
const { first, second } = pairs([-1, 1], [-1, 1]);
const x = tf.tensor2d(first, [4, 1]);
const z = tf.tensor2d(second, [4, 1]);

const lossAt = (loss: Objective, lambda: number, noise: tf.Tensor = z) => tf.tidy(() => loss(parabola(lambda), x, noise).dataSync()[0]);

/** dL/dλ at λ. */
function slope(loss: Objective, lambda: number, noise: tf.Tensor = z): number {
  const variable = tf.variable(tf.scalar(lambda));
  return tf.tidy(() => tf.variableGrads(() => loss(parabola(variable), x, noise), [variable]).grads[variable.name].dataSync()[0]);
}

/** Where a slope that is linear in λ vanishes. */
function minimiser(loss: Objective, noise: tf.Tensor = z): number {
  const [zero, one] = [slope(loss, 0, noise), slope(loss, 1, noise)];
  expect(one).toBeGreaterThan(zero);
  return zero / (zero - one);
}

const lambdas = [-0.5, 0.5, 1, 1.7, 3];

describe('E = λx²/2 with data from N(0, 1)', () => {
  it.each([
    ['sliced', slicedScoreMatching()],
    ['sliced, Rademacher', slicedScoreMatching({ noise: 'rademacher' })],
    ['sliced with reduced variance', ssmVr()],
    ['MVL-LD at ε = 0', mvlLd({ epsilon: 0 })],
    ['MVL-LD at ε = 0, antithetic', mvlLd({ epsilon: 0, noise: 'antithetic' })],
  ])('%s: L = λ² − 2λ, least at λ = 1', (_, loss) => {
    // No division by ε: rounding alone, of terms up to λ² = 9.
    for (const lambda of lambdas) expect(lossAt(loss, lambda)).toBeCloseTo(lambda ** 2 - 2 * lambda, 5);
    expect(minimiser(loss)).toBeCloseTo(1, 6);
  });

  describe.each([0.1, 0.5, 2])('denoising at σ = %d', (sigma) => {
    it.each([true, false])('with control variate: %p. L = λ²(1 + σ²) − 2λ, least at λ = 1/(1 + σ²)', (controlVariate) => {
      const loss = denoisingScoreMatching({ sigma, controlVariate });
      // Without the control variate |z|²/σ² is added and taken off: 1/σ² = 100 rounds by 6e-6; with it a difference is divided by σ.
      for (const lambda of lambdas) expect(lossAt(loss, lambda)).toBeCloseTo(lambda ** 2 * (1 + sigma ** 2) - 2 * lambda, 4);
      expect(minimiser(loss)).toBeCloseTo(1 / (1 + sigma ** 2), 5);
    });
  });

  it('denoising at several σ: terms of each weighted by σ² over its mean', () => {
    const rows = first.flatMap((point, i) => [-1.5, 0, 1.5].map((u) => [point, second[i], u]));
    const points = tf.tensor2d(rows.map(([point]) => [point]));
    const noise = tf.tensor2d(rows.map(([, ...rest]) => rest));
    const sigmas = [0.3, 1, 2];
    // Φ(−1.5) = .07, Φ(0) = .5 and Φ(1.5) = .93 fall in the three thirds.
    const mean = sigmas.reduce((sum, s) => sum + s ** 2, 0) / 3;
    const lambda = 0.7;
    const expected = sigmas.reduce((sum, s) => sum + ((s ** 2 / mean) * (lambda ** 2 * (1 + s ** 2) - 2 * lambda)) / 3, 0);
    for (const controlVariate of [true, false]) {
      const loss = denoisingScoreMatching({ sigmas, controlVariate });
      expect(loss.noise?.shape([5, 1])).toEqual([5, 2]);
      expect(loss(parabola(lambda), points, noise).dataSync()[0]).toBeCloseTo(expected, 5);
    }
  });

  it('denoising over a range: σ log-uniform, by quantiles of the noise’s last column', () => {
    const [from, to] = [2, 0.1];
    const loss = denoisingScoreMatching({ sigmas: { from, to } });
    const mean = simpson((t) => (from * (to / from) ** t) ** 2, 0, 1);
    // Φ(0) = ½, the geometric mean; Φ(0.6744898) = ¾.
    for (const [u, quantile] of [
      [0, 0.5],
      [0.6744898, 0.75],
    ]) {
      const sigma = from * (to / from) ** quantile;
      const noise = tf.tensor2d(second.map((v) => [v, u]));
      const expected = (sigma ** 2 / mean) * (0.49 * (1 + sigma ** 2) - 1.4);
      expect(lossAt(loss, 0.7, noise)).toBeCloseTo(expected, 5);
    }
    expect(lossAt(denoisingScoreMatching({ sigmas: { from: 0.5, to: 0.5 } }), 0.7, tf.tensor2d(second.map((v) => [v, 0])))).toBeCloseTo(
      0.49 * 1.25 - 1.4,
      5,
    );
  });

  describe.each([0.3, 0.03])('CD-1 at ε = %d', (epsilon) => {
    it.each([true, false])('with control variate: %p. Value λ² − 2λ − ελ³, gradient 2λ − 2 − ελ²', (controlVariate) => {
      const loss = contrastiveDivergence({ epsilon, controlVariate });
      for (const lambda of lambdas) {
        // Round-off of float32 is 4e-7/ε for |E| ~ 1, times λ² for stiffer energies.
        const tolerance = (2e-6 / epsilon) * Math.max(1, lambda ** 2);
        expect(Math.abs(lossAt(loss, lambda) - (lambda ** 2 - 2 * lambda - epsilon * lambda ** 3))).toBeLessThan(tolerance);
        expect(Math.abs(slope(loss, lambda) - (2 * lambda - 2 - epsilon * lambda ** 2))).toBeLessThan(tolerance);
      }
    });
  });
});

describe('sign', () => {
  const pcd = () => persistentContrastiveDivergence({ chains: 200, steps: 20, stepSize: 0.1, seed: 3 });
  const losses: [string, () => Objective][] = [
    ['sliced', () => slicedScoreMatching()],
    ['sliced with reduced variance', () => ssmVr()],
    ['denoising', () => denoisingScoreMatching({ sigma: 0.1 })],
    ['denoising without control variate', () => denoisingScoreMatching({ sigma: 0.1, controlVariate: false })],
    ['CD-1', () => contrastiveDivergence()],
    ['CD-1 without control variate', () => contrastiveDivergence({ controlVariate: false, epsilon: 0.01 })],
    ['exact', () => exactScoreMatching()],
  ];
  it.each(losses)('%s makes the energy grow outwards', (_, make) => {
    const loss = make();
    for (const lambda of [-1, 0, 0.5]) expect(slope(loss, lambda)).toBeLessThan(-0.5);
    expect(slope(loss, 2)).toBeGreaterThan(0.5);
  });

  it('PCD, whose chains spread where the energy is too flat, too', () => {
    const draws = (lambda: number) => {
      const loss = pcd();
      const variable = tf.variable(tf.scalar(lambda));
      const run = () => tf.tidy(() => tf.variableGrads(() => loss(parabola(variable), x), [variable]).grads[variable.name].dataSync()[0]);
      for (let i = 0; i < 3; i++) run();
      const found = run();
      loss.dispose();
      return found;
    };
    // dL/dλ = ½(1 − E x²) over chains that follow N(0, 1/λ): −½ at λ = ½, ¼ at λ = 2, with a standard error of ½√2·(1/λ)/√200 = 0.1 and 0.025.
    expect(draws(0.5)).toBeLessThan(-0.1);
    expect(draws(2)).toBeGreaterThan(0.1);
  });
});

describe('bad input', () => {
  it('is refused', () => {
    expect(() => slicedScoreMatching({ noise: 'cauchy' as 'gaussian' })).toThrow(/unknown noise "cauchy".*gaussian, rademacher/);
    expect(() => denoisingScoreMatching({})).toThrow(/either sigma, a number, or sigmas/);
    expect(() => denoisingScoreMatching({ sigma: 1, sigmas: [1] })).toThrow(/either sigma/);
    for (const sigmas of [[], [0.1, 0], [Number.NaN], { from: 1, to: -1 }])
      expect(() => denoisingScoreMatching({ sigmas })).toThrow(/sigmas must be positive numbers/);
    expect(() => denoisingScoreMatching({ sigma: -1 })).toThrow(/must be positive numbers/);
    for (const epsilon of [0, -1, Number.NaN]) expect(() => contrastiveDivergence({ epsilon })).toThrow(/must be a positive number.*ssmVr/);
    expect(() => contrastiveDivergence({ epsilon: 1e-8 })(parabola(1), x, z)).toThrow(/1e-8 is too small for the float32/);
    expect(() => contrastiveDivergence({ noise: 'cauchy' as 'gaussian' })).toThrow(/unknown noise "cauchy"/);
  });
});
