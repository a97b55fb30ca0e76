import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { parabola } from '../../support/quadratics.ts';
import { pairs } from '../../support/quadrature.ts';

/** x, z ∈ {−1, 1}²: moments of N(0, 1) up to degree 3, and the loss has degree 2 in each, so its mean over them is its exact expectation. */
const { first, second } = pairs([-1, 1], [-1, 1]);
const x = tf.tensor2d(first, [4, 1]);
const z = tf.tensor2d(second, [4, 1]);

/** dL/dλ at λ. */
function slope(loss: (energy: Energy) => tf.Scalar, lambda: number): number {
  const variable = tf.variable(tf.scalar(lambda));
  return tf.tidy(() => tf.variableGrads(() => loss(parabola(variable)), [variable]).grads[variable.name].dataSync()[0]);
}

describe.each([0.5, 1, 1.7, 3])('E = λx²/2 with λ = %d and data from N(0, 1)', (lambda) => {
  describe.each([0.5, 0.1, 0.01])('ε = %d', (epsilon) => {
    const value = lambda ** 2 / 2 - lambda - (epsilon * lambda ** 3) / 8;
    // Round-off: 4e-7/ε, the precision sheet of float32 for |E| of order 1, and λ² beside it.
    const tolerance = (1e-6 / epsilon) * Math.max(1, lambda ** 2);

    it.each([
      ['gaussian with its control variate', mvlLd({ epsilon })],
      ['gaussian without', mvlLd({ epsilon, controlVariate: false })],
      ['rademacher', mvlLd({ epsilon, noise: 'rademacher' })],
      ['antithetic', mvlLd({ epsilon, noise: 'antithetic' })],
    ])('L/2 = λ²/2 − λ − ελ³/8: %s', (_, loss) => {
      expect(Math.abs(loss(parabola(lambda), x, z).dataSync()[0] / 2 - value)).toBeLessThan(tolerance);
    });

    it('is differentiated through x⁻: ½ dL/dλ = λ − 1 − 3ελ²/8', () => {
      const expected = lambda - 1 - (3 * epsilon * lambda ** 2) / 8;
      expect(Math.abs(slope((energy) => mvlLd({ epsilon })(energy, x, z), lambda) / 2 - expected)).toBeLessThan(2 * tolerance);
    });
  });

  it('ε → 0 is exact score matching, L = λ² − 2λ', () => {
    expect(exactScoreMatching()(parabola(lambda), x).dataSync()[0]).toBeCloseTo(lambda ** 2 - 2 * lambda, 5);
  });
});

describe('stop-gradient rule', () => {
  const epsilon = 0.01;

  it('the half drift with x⁻ detached has the wrong gradient −0.150 at λ = 1.7, where the loss has 0.700', () => {
    const right = slope((energy) => mvlLd({ epsilon })(energy, x, z), 1.7) / 2;
    const detached = slope((energy) => {
      const lambda = 1.7;
      const next = tf.tensor2d(
        first.map((v, i) => v * (1 - (epsilon * lambda) / 2) + Math.sqrt(2 * epsilon) * second[i]),
        [4, 1],
      );
      return tf.mul(-2 / epsilon, tf.mean(tf.sub(energy(next), energy(x)))) as tf.Scalar;
    }, 1.7);
    // Both are off their limits by O(ε).
    expect(right).toBeCloseTo(0.7, 1);
    expect(detached / 2).toBeCloseTo(-0.15, 1);
    expect(right).toBeCloseTo(0.7 - (3 * epsilon * 1.7 ** 2) / 8, 3);
  });
});

describe('sign', () => {
  const losses = [
    mvlLd(),
    mvlLd({ noise: 'antithetic' }),
    mvlLd({ noise: 'rademacher' }),
    mvlLd({ controlVariate: false }),
    exactScoreMatching(),
  ];
  it.each([...losses, mvlLd({ stepRescale: true })].map((loss) => [loss.name, loss] as const))(
    '%s makes the energy grow outwards',
    (_, loss) => {
      for (const lambda of [-1, 0, 0.5]) expect(slope((energy) => loss(energy, x, z), lambda)).toBeLessThan(-0.5);
      expect(slope((energy) => loss(energy, x, z), 2)).toBeGreaterThan(0.5);
    },
  );
});
