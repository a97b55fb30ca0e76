import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { inverseNormal } from '../../../metrics/inverseNormal.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { entropySurrogate } from '../../../plugin/losses/entropySurrogate.ts';
import { heldFixed } from '../../../plugin/losses/heldFixed.ts';
import { numbers } from '../../support/arrays.ts';
import { partials } from '../../support/differences.ts';
import { logDeterminant } from '../../support/gaussians.ts';
import { bowl } from '../../support/quadratics.ts';
import { simpson } from '../../support/quadrature.ts';

const A = [
  [1.2, 0.3],
  [-0.4, 0.7],
];
/** The six corners of a regular hexagon of radius √2: mean 0 and covariance I exactly. */
const noise = tf.tensor2d(
  Array.from({ length: 6 }, (_, k) => [Math.SQRT2 * Math.cos((k * Math.PI) / 3), Math.SQRT2 * Math.sin((k * Math.PI) / 3)]),
);

describe('entropySurrogate', () => {
  it('has the gradient of ½ log det AAᵀ, the entropy of a Gaussian A·noise up to a constant, under its own energy', () => {
    const energy = bowl(tf.tensor2d(inverse(A.map((a) => A.map((b) => a[0] * b[0] + a[1] * b[1])))));
    const gradient = tf.grad((a) => entropySurrogate(energy, tf.matMul(noise, a as tf.Tensor2D, false, true)))(tf.tensor2d(A));
    const entropy = ([a, b, c, d]: number[]) =>
      logDeterminant([
        [a * a + b * b, a * c + b * d],
        [a * c + b * d, c * c + d * d],
      ]) / 2;
    const expected = partials(entropy, A.flat());
    // Float32, numbers of order 1 whose sums are over 6 rows.
    for (const [i, value] of numbers(gradient).entries()) expect(Math.abs(value - expected[i])).toBeLessThan(3e-6);
  });

  it('has that of the entropy of a wrapped normal law on the circle', () => {
    const s = 0.9;
    const turns = [-2, -1, 0, 1, 2].map((k) => 2 * Math.PI * k);
    const density = (t: number, scale: number) =>
      turns.reduce((sum, k) => sum + Math.exp(-0.5 * ((t + k) / scale) ** 2) / (scale * Math.sqrt(2 * Math.PI)), 0);
    const [expected] = partials(([scale]) => simpson((t) => -density(t, scale) * Math.log(density(t, scale)), -Math.PI, Math.PI), [s]);
    const energy: Energy = (z) => {
      const [x, y] = [0, 1].map((i) => tf.squeeze(tf.slice(z, [0, i], [-1, 1]), [1]));
      const angle = tf.atan2(y, x);
      return tf.neg(
        tf.logSumExp(
          tf.stack(
            turns.map((k) => tf.mul(-0.5 / s ** 2, tf.square(tf.add(angle, k)))),
            1,
          ),
          1,
        ),
      ) as tf.Tensor1D;
    };
    const n = 4000;
    const quantiles = tf.tensor1d(Array.from({ length: n }, (_, i) => inverseNormal((i + 0.5) / n)));
    const gradient = tf.grad((scale) => {
      const t = tf.mul(scale, quantiles);
      return entropySurrogate(energy, tf.stack([tf.cos(t), tf.sin(t)], 1) as tf.Tensor2D);
    })(tf.scalar(s));
    // Midpoints of n quantiles miss the tails by 1/n.
    expect(Math.abs(gradient.dataSync()[0] - expected)).toBeLessThan(1e-3);
    expect(expected).toBeGreaterThan(0.3);
  });

  it('is the mean energy, and moves no parameter of it', () => {
    const w = tf.variable(tf.scalar(3));
    const shift = tf.variable(tf.tensor2d([[0.5, -0.2]]));
    const energy: Energy = (x) => tf.mul(w, tf.sum(tf.square(x), 1));
    const before = tf.memory().numTensors;
    const { value, grads } = tf.variableGrads(() => entropySurrogate(energy, tf.add(noise, shift)) as tf.Scalar, [w, shift]);
    // mean |n + b|² = 2 + |b|², times w = 3.
    expect(value.dataSync()[0]).toBeCloseTo(3 * 2.29, 4);
    expect(Object.keys(grads)).toEqual([shift.name]);
    const [a, b] = numbers(grads[shift.name]);
    expect(a).toBeCloseTo(3, 4);
    expect(b).toBeCloseTo(-1.2, 4);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    expect(numbers(heldFixed(energy)(noise))).toEqual(numbers(energy(noise)));
    tf.dispose([w, shift]);
  });
});

function inverse([[a, b], [c, d]]: number[][]): number[][] {
  const determinant = a * d - b * c;
  return [
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant],
  ];
}
