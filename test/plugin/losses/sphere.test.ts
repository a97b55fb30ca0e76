import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { axisNodes, pairs, simpson } from '../../support/quadrature.ts';
import { meanResultant, vonMisesFisherPoints } from '../../support/vonMisesFisher.ts';
import '../../support/wasm.ts';

/** −k⟨μ, x⟩ with μ the last axis of R^m. */
const vonMisesFisher =
  (m: number, k: tf.Tensor | number): Energy =>
  (x) =>
    tf.mul(tf.neg(k), tf.squeeze(tf.slice(x, [0, m - 1], [-1, 1]), [1]));

/** The mean of a loss over the noise's whole quadrature beside each point. */
function expectation(loss: Objective, energy: Energy, points: readonly number[][]): tf.Scalar {
  const columns = loss.noise?.shape([1, points[0].length])[1];
  if (columns === undefined) return loss(energy, tf.tensor2d([...points]));
  const { first, second } = pairs(points, axisNodes(columns));
  return loss(energy, tf.tensor2d(first), tf.tensor2d(second));
}

const losses = (n: number, epsilon = 1e-3) =>
  [
    mvlRld({ manifold: sphere(n), epsilon, name: 'embedded' }),
    mvlRld({ manifold: sphere(n), epsilon, name: 'embedded, no control variate', controlVariate: false }),
    mvlRld({ manifold: sphere(n), epsilon, name: 'embedded, antithetic', noise: 'antithetic' }),
    mvlRld({ manifold: sphere(n), epsilon, name: 'chart', route: 'chart' }),
    exactScoreMatching(sphere(n)),
  ] as const;

describe('the mean resultant', () => {
  it('agrees with its closed forms', () => {
    expect(meanResultant(2, 3)).toBeCloseTo(1 / Math.tanh(3) - 1 / 3, 9);
    // I₁(2)/I₀(2), Abramowitz & Stegun table 9.8.
    expect(meanResultant(1, 2)).toBeCloseTo(1.59063685463733 / 2.27958530233607, 9);
  });

  it('is that of the points', () => {
    for (const n of [1, 2, 7]) {
      const points = vonMisesFisherPoints(n, 3, 600);
      expect(points).toHaveLength(600);
      expect(points.reduce((sum, p) => sum + p[n], 0) / 600).toBeCloseTo(meanResultant(n, 3), 3);
    }
  });
});

describe.each([1, 2, 7])('vMF(κ = 3) on S^%d against E = −k⟨μ, x⟩', (n) => {
  const kappa = 3;
  const points = vonMisesFisherPoints(n, kappa, 200);
  const A = meanResultant(n, kappa);

  it.each(losses(n).map((loss) => [loss.name, loss] as const))('J = n A(κ)(k²/2κ − k), least at k = κ: %s', (_, loss) => {
    for (const k of [1.5, 3, 4.5]) {
      const variable = tf.variable(tf.scalar(k));
      const { value, grads } = tf.variableGrads(() => expectation(loss, vonMisesFisher(n + 1, variable), points), [variable]);
      const J = n * A * (k ** 2 / (2 * kappa) - k);
      const slope = n * A * (k / kappa - 1);
      // The bias is ε times a polynomial in k, largest by chart, and the points' quadrature adds 1e-4 n: twice what is seen.
      const tolerance = (loss.name === 'chart' ? 2e-3 : 5e-4) * n * k ** 1.5;
      expect(Math.abs(value.dataSync()[0] / 2 - J)).toBeLessThan(tolerance);
      expect(Math.abs(grads[variable.name].dataSync()[0] / 2 - slope)).toBeLessThan(tolerance);
    }
  });
});

describe('S², k = κ = 3', () => {
  const points = vonMisesFisherPoints(2, 3, 600);
  const energy = vonMisesFisher(3, 3);
  const J = (loss: Objective) => expectation(loss, energy, points).dataSync()[0] / 2;

  it('J = −2.0149 by every route', () => {
    for (const loss of losses(2)) expect(Math.abs(J(loss) + 2.0149)).toBeLessThan(0.01);
  });

  it('and −4.82 with −½ before gⁱʲ∂ⱼlog|G|, the sign that the poster prints', () => {
    const manifold = sphere(2);
    const chart = manifold.chart!;
    const onePlusSquare = (x: tf.Tensor2D) => tf.add(1, tf.sum(tf.square(x), 1, true));
    const wrong = { ...chart, volumeDrift: (x: tf.Tensor2D) => tf.mul(tf.mul(2, onePlusSquare(x)), x) as tf.Tensor2D };
    const poster = minimumVelocity(riemannianLangevin({ ...manifold, chart: wrong }, { route: 'chart' }), { epsilon: 1e-3 });
    // The drift is off by 2(1 + |x|²)x, so J by −2(1 + |x|²)⟨x, ∂E⟩ = ∓4k(1 − |cos θ|), − in the north and + in the south.
    const density = (c: number) => Math.exp(3 * c);
    const off = simpson((c) => Math.sign(c) * (1 - Math.abs(c)) * density(c), -1, 1) / simpson(density, -1, 1);
    expect(off).toBeGreaterThan(0.2);
    expect(Math.abs(J(poster) - (-2.0149 - 12 * off))).toBeLessThan(0.02);
  });
});

describe('an energy without symmetry', () => {
  const energy: Energy = (x) => {
    const [a, b, c] = [0, 1, 2].map((i) => tf.squeeze(tf.slice(x, [0, i], [-1, 1]), [1]));
    return tf.addN([tf.mul(tf.mul(a, b), c), tf.mul(1.5, tf.mul(a, a)), tf.sin(tf.mul(2, c)), b]) as tf.Tensor1D;
  };
  const manifold = sphere(2);
  const points = manifold.project(drawNoise(gaussian(), [200, 3], randomStream(5)) as tf.Tensor2D).arraySync();

  it('has the same loss by chart, embedded and by its Laplacian, as ε → 0', () => {
    const at = (step: number) => losses(2, step).map((loss) => expectation(loss, energy, points).dataSync()[0]);
    const [fine, coarse] = [at(1e-3), at(2e-3)];
    // The bias is of order ε: 2 L(ε) − L(2ε) is free of it. What stays is of order ε² and round-off, 3.7e-7/ε.
    const [embedded, , , chart] = fine.map((loss, i) => 2 * loss - coarse[i]);
    const exact = fine[4];
    expect(Math.abs(exact)).toBeGreaterThan(0.3);
    expect(Math.abs(embedded - exact)).toBeLessThan(2e-3);
    expect(Math.abs(chart - exact)).toBeLessThan(2e-3);
  });
});
