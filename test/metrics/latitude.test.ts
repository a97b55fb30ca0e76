import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { latitude } from '../../metrics/latitude.ts';
import { vonMisesFisherNormaliser } from '../../metrics/vonMisesFisher.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { simpson } from '../support/quadrature.ts';

const column = (values: readonly number[]) => tf.tensor2d(values.map((value) => [value]));

/** E f(θ) under density ∝ sin^(n−1)θ e^(κ(cos θ − 1)), in double precision. */
function expectation(n: number, kappa: number, f: (theta: number) => number): number {
  const weight = (theta: number) => Math.sin(theta) ** (n - 1) * Math.exp(-2 * kappa * Math.sin(theta / 2) ** 2);
  return simpson((theta) => f(theta) * weight(theta), 0, Math.PI) / simpson(weight, 0, Math.PI);
}

const COUNT = 2000;

const quantilesAt = (n: number, kappa: number) =>
  tf.tidy(() => {
    const uniform = column(Array.from({ length: COUNT }, (_, i) => (i + 0.5) / COUNT));
    const { value, grad } = tf.valueAndGrad((k) => latitude(n, k as tf.Tensor2D).quantile(uniform))(tf.fill([COUNT, 1], kappa));
    return { values: Array.from(value.dataSync()), slopes: Array.from(grad.dataSync()) };
  });

const known = new Map<string, ReturnType<typeof quantilesAt>>();

/** Quantiles at the middles of equal shares, and their derivatives in κ: means over them are means under the law. */
function quantiles(n: number, kappa: number) {
  const key = `${n}, ${kappa}`;
  const found = known.get(key) ?? quantilesAt(n, kappa);
  known.set(key, found);
  return found;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);

const CASES: readonly (readonly [n: number, kappa: number])[] = [
  [1, 0.5],
  [1, 40],
  [2, 3],
  [4, 2],
  [8, 0.001],
  [8, 66],
  [8, 5000],
  [32, 250],
];

describe('the angle of a von Mises–Fisher law', () => {
  it.each(CASES)('has the quantiles of its law on S^%d with κ = %d', (n, kappa) => {
    const { values } = quantiles(n, kappa);
    // The middles of 2000 shares leave an error of 1/2000² of the curvature, and more where a tail is heavy.
    for (const f of [Math.cos, (theta: number) => theta, (theta: number) => theta * theta])
      expect(Math.abs(mean(values.map(f)) / expectation(n, kappa, f) - 1)).toBeLessThan(5e-4);
  });

  it.each(CASES.filter(([, kappa]) => kappa > 0.01))('moves with κ as its mean resultant does: S^%d, κ = %d', (n, kappa) => {
    const { values, slopes } = quantiles(n, kappa);
    // A′(κ) = Var(cos θ).
    const first = expectation(n, kappa, Math.cos);
    const variance = expectation(n, kappa, (theta) => (Math.cos(theta) - first) ** 2);
    const slope = mean(values.map((theta, i) => -Math.sin(theta) * slopes[i]));
    expect(Math.abs(slope / variance - 1)).toBeLessThan(3e-3);
  });

  it("gives A₅′(2) = 0.147389, where a rejection sampler's pathwise gradient is biased", () => {
    const { values, slopes } = quantiles(4, 2);
    expect(mean(values.map((theta, i) => -Math.sin(theta) * slopes[i]))).toBeCloseTo(0.147389, 4);
  });

  it.each(CASES)('has the KL of its law to the uniform one on S^%d with κ = %d, and its gradient', (n, kappa) => {
    const kl = (k: number) => k * (expectation(n, k, Math.cos) - 1) - vonMisesFisherNormaliser(n, k) + (sphere(n).logVolume as number);
    const of = (k: tf.Tensor) => latitude(n, k as tf.Tensor2D).kl();
    const at = column([kappa]);
    // Single precision of terms of the size of κ A.
    expect(Math.abs(of(at).dataSync()[0] - kl(kappa))).toBeLessThan(1e-5 * (1 + n) + 2e-6 * kl(kappa));
    const h = 1e-3 * kappa;
    const slope = (kl(kappa + h) - kl(kappa - h)) / (2 * h);
    expect(Math.abs(tf.grad(of)(at).dataSync()[0] - slope)).toBeLessThan(1e-3 * Math.abs(slope) + 1e-6);
  });

  it('is differentiated for each row by itself, and leaks nothing', () => {
    const before = tf.memory().numTensors;
    const [one, both] = tf.tidy(() => {
      const of = (k: number[]) =>
        latitude(8, column(k))
          .quantile(column(k.map(() => 0.3)))
          .dataSync();
      return [of([20])[0], of([3, 20])[1]];
    });
    expect(both).toBeCloseTo(one, 6);
    expect(tf.memory().numTensors).toBe(before);
  });
});
