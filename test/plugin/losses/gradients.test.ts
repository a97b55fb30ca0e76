import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../../../plugin/dynamics/dynamics.ts';
import { gradientOf } from '../../../plugin/dynamics/gradientOf.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { denoisingScoreMatching } from '../../../plugin/losses/denoisingScoreMatching.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { slicedScoreMatching } from '../../../plugin/losses/slicedScoreMatching.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';
import { partials } from '../../support/differences.ts';
import { pairs, signVectors } from '../../support/quadrature.ts';
import { ridgeEnergy, ridges } from './ridges.ts';

/** Numbers that float32 holds exactly, so that both sides start from the same. */
const draws = (rows: number, columns: number, key: number) => {
  const stream = randomStream(key);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(stream.gaussian())));
};

const d = 3;
const [n, theta] = [6, draws(1, 4 * (d + 2), 1)[0]];
const [xs, zs] = [draws(n, d, 2), draws(n, d, 3)];
const dot = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0);
const moved = (x: readonly number[], ...terms: readonly (readonly [number, readonly number[]])[]) =>
  x.map((value, i) => terms.reduce((sum, [factor, v]) => sum + factor * v[i], value));

function gradientIn(loss: Objective, x = xs, noise: readonly (readonly number[])[] = zs) {
  const { energy, variable } = ridgeEnergy(theta, d);
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(
      () => loss(energy, tf.tensor2d(x as number[][]), tf.tensor2d(noise as number[][])),
      [variable],
    );
    return { value: value.dataSync()[0], gradient: numbers(grads[variable.name]) };
  });
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, i) => v - b[i])) / Math.hypot(...b);

/** Mean over the points of a term written out by hand. */
const meanOf =
  (term: (E: ReturnType<typeof ridges>, x: number[], z: number[]) => number) =>
  (parameters: readonly number[]): number =>
    xs.reduce((sum, x, i) => sum + term(ridges(parameters, d), x, zs[i]), 0) / n;

const sigma = 0.25;
const epsilon = 0.125;
/** Where CD moves the points, with parameters that do not move. */
const fixed = ridges(theta, d);
const after = (x: number[], z: number[]) => moved(x, [-epsilon, fixed.gradient(x)], [Math.sqrt(2 * epsilon), z]);

const cases: [string, Objective, (parameters: readonly number[]) => number][] = [
  ['sliced', slicedScoreMatching(), meanOf((E, x, z) => dot(E.gradient(x), z) ** 2 - 2 * E.curvature(x, z))],
  ['sliced with reduced variance', ssmVr(), meanOf((E, x, z) => dot(E.gradient(x), E.gradient(x)) - 2 * E.curvature(x, z))],
  [
    'denoising',
    denoisingScoreMatching({ sigma }),
    meanOf((E, x, z) => {
      const g = E.gradient(moved(x, [sigma, z]));
      return dot(g, g) - (2 * (dot(g, z) - dot(E.gradient(x), z))) / sigma;
    }),
  ],
  [
    'denoising without control variate',
    denoisingScoreMatching({ sigma, controlVariate: false }),
    meanOf((E, x, z) => {
      const residual = moved(
        z.map((v) => v / sigma),
        [-1, E.gradient(moved(x, [sigma, z]))],
      );
      return dot(residual, residual) - d / sigma ** 2;
    }),
  ],
  [
    'CD-1',
    contrastiveDivergence({ epsilon }),
    meanOf((E, x, z) => {
      const martingale = Math.sqrt(2 * epsilon) * dot(E.gradient(x), z);
      const g = fixed.gradient(x);
      return (-2 / epsilon) * (E.energy(after(x, z)) - E.energy(x) - martingale) - dot(g, g);
    }),
  ],
  [
    'CD-1 without control variate',
    contrastiveDivergence({ epsilon, controlVariate: false }),
    meanOf((E, x, z) => {
      const g = fixed.gradient(x);
      return (-2 / epsilon) * (E.energy(after(x, z)) - E.energy(x)) - dot(g, g);
    }),
  ],
];

describe('a network of tanh ridges', () => {
  it.each(cases)('%s: value and parameter gradient are those of the formula in double precision', (_, loss, formula) => {
    const { value, gradient } = gradientIn(loss);
    const expected = partials(formula, theta);
    expect(Math.hypot(...expected)).toBeGreaterThan(0.5);
    // Values of order 10 from terms of order 100; seen: 1e-6 of both.
    expect(Math.abs(value - formula(theta))).toBeLessThan(1e-5 * Math.max(10, Math.abs(value)));
    expect(distance(gradient, expected)).toBeLessThan(1e-5);
  });

  it('reduced variance: the mean over all sign vectors is exact score matching, gradient included', () => {
    const { first, second } = pairs(xs, signVectors(d));
    const sliced = gradientIn(ssmVr({ noise: 'rademacher' }), first, second);
    const exact = gradientIn(exactScoreMatching(), xs);
    // zᵀHz over all signs is tr H to rounding.
    expect(Math.abs(sliced.value - exact.value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(exact.value)));
    expect(distance(sliced.gradient, exact.gradient)).toBeLessThan(1e-5);
    // And with the gradient's projection squared, another mean per sample but the same over all.
    const plain = gradientIn(slicedScoreMatching({ noise: 'rademacher' }), first, second);
    expect(distance(plain.gradient, exact.gradient)).toBeLessThan(1e-5);
  });

  it('CD-1’s gradient tends to that of exact score matching as ε → 0', () => {
    const { first, second } = pairs(xs, signVectors(d));
    const exact = gradientIn(exactScoreMatching(), xs).gradient;
    const errors = [4e-2, 1e-2].map((step) =>
      distance(gradientIn(contrastiveDivergence({ epsilon: step }), first, second).gradient, exact),
    );
    // O(ε): a quarter of ε, a quarter of the error; round-off at 1e-2 is 4e-5.
    expect(errors[0]).toBeLessThan(0.3);
    expect(Math.abs(errors[1] / errors[0] - 0.25)).toBeLessThan(0.08);
  });

  it('control variates change no mean over z and −z, gradient included', () => {
    const { first, second } = pairs(xs, signVectors(d));
    for (const make of [
      (controlVariate: boolean) => denoisingScoreMatching({ sigma, controlVariate }),
      (controlVariate: boolean) => contrastiveDivergence({ epsilon, controlVariate }),
    ]) {
      const [on, off] = [gradientIn(make(true), first, second), gradientIn(make(false), first, second)];
      const single = [gradientIn(make(true)), gradientIn(make(false))];
      expect(distance(single[0].gradient, single[1].gradient)).toBeGreaterThan(0.1);
      expect(Math.abs(on.value - off.value)).toBeLessThan(2e-4);
      expect(distance(on.gradient, off.gradient)).toBeLessThan(2e-5);
    }
  });
});

describe('contrastive divergence by a dynamics on kernels', () => {
  /** One step along φ(x) = mean_y[−k(x, y)∇E(y) + ∇_y k(x, y)], k = exp(−|x − y|²/2). */
  const stein: Dynamics = {
    name: 'stein',
    manifold: euclidean(),
    noise: null,
    step: (energy, x, dt) => {
      const difference = tf.sub(tf.expandDims(x, 1), tf.expandDims(x, 0));
      const k = tf.exp(tf.mul(-0.5, tf.sum(tf.square(difference), 2))) as tf.Tensor2D;
      const repulsion = tf.mean(tf.mul(tf.expandDims(k, 2), difference), 1);
      const attraction = tf.div(tf.matMul(k, gradientOf(energy)(x)), x.shape[0]);
      return { next: tf.add(x, tf.mul(dt, tf.sub(repulsion, attraction))), martingale: null };
    },
  };

  it('has the gradient of KSD² − E tr ∇ₓ∇_y k as ε → 0', () => {
    const k = (x: number[], y: number[]) => Math.exp(-0.5 * dot(moved(x, [-1, y]), moved(x, [-1, y])));
    const discrepancy = (parameters: readonly number[]) => {
      const gradients = xs.map((x) => ridges(parameters, d).gradient(x));
      const terms = xs.flatMap((x, i) =>
        xs.map((y, j) => k(x, y) * (dot(gradients[i], gradients[j]) - 2 * dot(gradients[i], moved(x, [-1, y])))),
      );
      return terms.reduce((sum, term) => sum + term, 0) / n ** 2;
    };
    const expected = partials(discrepancy, theta);
    const loss = contrastiveDivergence({ dynamics: stein, epsilon: 1e-3 });
    expect([loss.name, loss.noise]).toEqual(['contrastiveDivergence(stein)', null]);
    // O(ε) and 4e-7/ε.
    expect(distance(gradientIn(loss).gradient, expected)).toBeLessThan(0.01);
  });
});
