import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { hmc } from '../../../plugin/dynamics/hmc.ts';
import { mala } from '../../../plugin/dynamics/mala.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { velocitySamples } from '../../../plugin/losses/velocitySamples.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';
import { parabola } from '../../support/quadratics.ts';
import { simpson } from '../../support/quadrature.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/**
 * ½ E L for data from N(0, 1), by quadrature: U = λx²/4, for which the trapezoidal terms of log α are exact and leave ε(λ/4)²(x² − y²). Gaussian in x
 * and z, so that both integrals to ±7 lose nothing.
 */
function expected(lambda: number, epsilon: number): number {
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const along = (x: number) =>
    simpson(
      (z) => {
        const y = x * (1 - (epsilon * lambda) / 2) + Math.sqrt(2 * epsilon) * z;
        const accepted = Math.min(1, Math.exp(epsilon * (lambda / 4) ** 2 * (x * x - y * y)));
        return density(z) * accepted * ((lambda * (y * y - x * x)) / 2 - Math.sqrt(2 * epsilon) * lambda * x * z);
      },
      -7,
      7,
      800,
    );
  return -simpson((x) => density(x) * along(x), -7, 7, 800) / epsilon;
}

const langevinValue = (lambda: number, epsilon: number) => lambda ** 2 / 2 - lambda - (epsilon * lambda ** 3) / 8;

describe('minimumVelocity(mala())', () => {
  it('is what quadrature says, where rejections matter', () => {
    const [lambda, epsilon, n] = [3, 0.5, 60_000];
    const loss = velocitySamples(mala(), { epsilon });
    const half = tf.div(loss(parabola(lambda), normal(n, 1, 1), normal(n, 2, 2)), 2);
    const { mean, variance } = tf.moments(half);
    const error = Math.sqrt(variance.dataSync()[0] / n);
    const value = expected(lambda, epsilon);
    expect(Math.abs(mean.dataSync()[0] - value)).toBeLessThan(3.5 * error);
    expect(Math.abs(langevinValue(lambda, epsilon) - value)).toBeGreaterThan(20 * error);
  });

  it('differs from the loss of Langevin dynamics by O(ε^1.5) at most, so both have the limit λ² − 2λ', () => {
    for (const lambda of [0.5, 1.7]) {
      const gaps = [0.04, 0.01].map((epsilon) => Math.abs(expected(lambda, epsilon) - langevinValue(lambda, epsilon)));
      expect(gaps[0]).toBeLessThan(0.04 ** 1.5 * lambda ** 3);
      // 4^1.5 = 8; the quadrature of the kink of min(1, α) leaves some.
      expect(gaps[0] / gaps[1]).toBeGreaterThan(6.5);
    }
  });

  /** ½ dL/dλ at λ. */
  function slope(loss: Objective, lambda: number, x: tf.Tensor2D, noise: tf.Tensor2D): number {
    const variable = tf.variable(tf.scalar(lambda));
    const grads = tf.variableGrads(() => loss(parabola(variable), x, noise), [variable]).grads;
    return grads[variable.name].dataSync()[0] / 2;
  }

  it('has the gradient of its limit: what the test’s own dependence on λ would add is O(ε^1.5) too', () => {
    const [n, epsilon] = [20_000, 0.01];
    const [x, noise] = [normal(n, 1, 3), normal(n, 2, 4)];
    for (const lambda of [0.3, 1.7]) {
      const ours = slope(minimumVelocity(mala(), { epsilon }), lambda, x, noise);
      const langevin = slope(mvlLd({ epsilon }), lambda, x, tf.slice(noise, [0, 0], [-1, 1]));
      // Langevin's on the same draws, less the rejected ones: a share of ε^1.5 λ³ = .5 % of terms of order λ.
      expect(Math.abs(ours - langevin)).toBeLessThan(5 * epsilon ** 1.5 * Math.max(1, lambda ** 3));
      // n terms of deviation about 2.
      expect(Math.abs(ours - (lambda - 1 - (3 * epsilon * lambda ** 2) / 8))).toBeLessThan(4 * 2 * (1 / Math.sqrt(n)) + 0.03);
    }
  });

  it('takes its control variate from accepted moves only', () => {
    const x = tf.tensor2d([[1], [1]]);
    const noise = tf.tensor2d([
      [2, -30],
      [2, 30],
    ]);
    // y = 2.25 and log α < 0: u = 30 rejects it, and a point that stays has the loss 0, with and without.
    for (const controlVariate of [true, false]) {
      const [moved, stayed] = numbers(velocitySamples(mala(), { epsilon: 0.5, controlVariate })(parabola(3), x, noise));
      expect(moved).toBeLessThan(-0.1);
      expect(Math.abs(stayed)).toBe(0);
    }
  });
});

it('minimumVelocity(hmc()) says that it is no loss', () => {
  expect(() => minimumVelocity(hmc(), { epsilon: 0.01 })).toThrow(
    /minimumVelocity\(hmc\): hmc is a sampler only.*Use langevin\(\), riemannianLangevin\(manifold\) or mala\(manifold\)/,
  );
});
