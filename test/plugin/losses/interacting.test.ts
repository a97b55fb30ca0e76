import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { spos } from '../../../plugin/dynamics/spos.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlBirthDeath } from '../../../plugin/losses/mvlBirthDeath.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlSpos } from '../../../plugin/losses/mvlSpos.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { svgdKsd } from '../../../plugin/losses/svgdKsd.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { imq } from '../../../plugin/stein/imq.ts';
import { rbf } from '../../../plugin/stein/rbf.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';
import { partials } from '../../support/differences.ts';
import {
  covariance,
  dot,
  logDensities,
  mean,
  type PlainEnergy,
  plainImq,
  plainRbf,
  steinDiscrepancy,
  velocity,
} from '../../support/interacting.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/** n points that stand for N(0, 1), at equal steps of probability and of unit variance. */
function normalQuantiles(n: number): number[] {
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const points: number[] = [];
  let [t, mass] = [-8, 0];
  const h = 1e-4;
  for (let i = 0; i < n; i++) {
    for (; mass < (i + 0.5) / n; t += h) mass += h * density(t + h / 2);
    points.push(t);
  }
  const [centre, spread] = [mean(points), Math.sqrt(covariance(points, points))];
  return points.map((v) => (v - centre) / spread);
}

/** E = a·tanh(Wᵀx + b) + ½c|x|² in two dimensions with four units, in double precision and in tfjs. */
const UNITS = 4;
const parts = (theta: readonly number[]) => {
  const at = (i: number) => theta.slice(i * UNITS, (i + 1) * UNITS);
  return { w: [at(0), at(1)], b: at(2), a: at(3), c: theta[4 * UNITS] };
};
const plain = (theta: readonly number[]): PlainEnergy => {
  const { w, b, a, c } = parts(theta);
  const hidden = (x: readonly number[]) => b.map((v, k) => Math.tanh(v + x[0] * w[0][k] + x[1] * w[1][k]));
  return {
    value: (x) => dot(a, hidden(x)) + (c / 2) * dot(x, x),
    gradient: (x) => {
      const slopes = hidden(x).map((t, k) => a[k] * (1 - t * t));
      return x.map((v, i) => dot(slopes, w[i]) + c * v);
    },
  };
};
const traced =
  (theta: tf.Tensor1D): Energy =>
  (x) => {
    const rows = tf.reshape(tf.slice(theta, 0, 4 * UNITS), [4, UNITS]);
    const hidden = tf.tanh(tf.add(tf.matMul(x, tf.slice(rows, [0, 0], [2, UNITS]) as tf.Tensor2D), tf.slice(rows, [2, 0], [1, UNITS])));
    const bowl = tf.mul(tf.div(tf.slice(theta, 4 * UNITS, 1), 2), tf.sum(tf.square(x), 1));
    return tf.add(tf.sum(tf.mul(hidden, tf.slice(rows, [3, 0], [1, UNITS])), 1), bowl);
  };
const theta = [...numbers(normal(1, 4 * UNITS, 1)), 0.7];

const points = normal(12, 2, 2);
const xs = points.arraySync();
const noise = normal(12, 2, 3);
const zs = noise.arraySync();
/** Birth and death take a column more. */
const wide = tf.concat([noise, normal(12, 1, 4)], 1) as tf.Tensor2D;

/** A minimum velocity loss by loops: −(2/ε)(Σ wᵢ(E(xᵢ⁻) − mᵢ) − mean E(x)). */
function plainLoss(energy: PlainEnergy, epsilon: number, next: number[][], martingale: number[] = xs.map(() => 0), log?: number[]): number {
  const weights = (log ?? xs.map(() => 0)).map(Math.exp);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const after = next.reduce((sum, x, i) => sum + (weights[i] / total) * (energy.value(x) - martingale[i]), 0);
  return (-2 / epsilon) * (after - mean(xs.map(energy.value)));
}

/** x + ε(αφ − (1 − α)½∇E) + √(2(1−α)ε) z and its martingale √(2(1−α)ε)⟨∇E, z⟩. */
function plainSpos(energy: PlainEnergy, epsilon: number, alpha: number, kernel = plainRbf(1)) {
  const phi = velocity(kernel, energy, xs, 0.5);
  const scale = Math.sqrt(2 * (1 - alpha) * epsilon);
  const next = xs.map((x, i) => {
    const gradient = energy.gradient(x);
    return x.map((v, k) => v + epsilon * (alpha * phi[i][k] - ((1 - alpha) / 2) * gradient[k]) + scale * zs[i][k]);
  });
  return { next, martingale: xs.map((x, i) => scale * dot(energy.gradient(x), zs[i])) };
}

const EPSILON = 0.1;
const kernel = rbf({ bandwidth: 1 });
const losses: readonly (readonly [string, Objective, tf.Tensor2D | undefined, (energy: PlainEnergy) => number])[] = [
  [
    'svgdKsd, rbf',
    svgdKsd({ kernel, epsilon: EPSILON }),
    undefined,
    (energy) => plainLoss(energy, EPSILON, plainSpos(energy, EPSILON, 1).next),
  ],
  [
    'svgdKsd, imq',
    svgdKsd({ kernel: imq({ bandwidth: 1 }), epsilon: EPSILON }),
    undefined,
    (energy) => plainLoss(energy, EPSILON, plainSpos(energy, EPSILON, 1, plainImq(1)).next),
  ],
  [
    'mvlSpos',
    mvlSpos({ kernel, alpha: 0.3, epsilon: EPSILON }),
    noise,
    (energy) => {
      const { next, martingale } = plainSpos(energy, EPSILON, 0.3);
      return plainLoss(energy, EPSILON, next, martingale);
    },
  ],
  [
    'mvlBirthDeath',
    mvlBirthDeath({ bandwidth: 0.5, epsilon: EPSILON }),
    wide,
    (energy) => {
      const { next, martingale } = plainSpos(energy, EPSILON, 0);
      const log = logDensities(xs, 0.5).map((density, i) => -EPSILON * (density + energy.value(xs[i]) / 2));
      return plainLoss(energy, EPSILON, next, martingale, log);
    },
  ],
];

describe.each(losses)('%s against loops in double precision', (_, loss, z, reference) => {
  // Round-off: 4e-7/ε for energies of order 1, and these reach 5.
  const tolerance = 3e-5;

  it('has the same value', () => {
    const value = tf.tidy(() => loss(traced(tf.tensor1d(theta)), points, z).dataSync()[0]);
    expect(Math.abs(value - reference(plain(theta)))).toBeLessThan(tolerance);
    expect(Math.abs(value)).toBeGreaterThan(0.05);
  });

  it('has the same derivative in every parameter, by differences', () => {
    const found = tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d(theta));
      return numbers(tf.variableGrads(() => loss(traced(variable as tf.Tensor1D), points, z), [variable]).grads[variable.name]);
    });
    const expected = partials((t) => reference(plain(t)), theta);
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(3 * tolerance);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.3);
  });

  it('has finite derivatives where points coincide', () => {
    const same = tf.zeros([12, 2]) as tf.Tensor2D;
    const found = tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d(theta));
      return numbers(tf.variableGrads(() => loss(traced(variable as tf.Tensor1D), same, z), [variable]).grads[variable.name]);
    });
    expect(found.every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensors behind', () => {
    const variable = tf.tensor1d(theta);
    const before = tf.memory().numTensors;
    loss(traced(variable), points, z).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('svgdKsd tends to KSD² − E tr ∇ₓ∇_yk, each pair in double precision', () => {
  /** The polynomial through values at ε, ε/2, ε/4 …, at 0: nothing is left of the powers up to their number (Richardson). */
  function limit(values: readonly number[]): number {
    let row = [...values];
    for (let power = 2; row.length > 1; power *= 2) row = row.slice(1).map((v, i) => (power * v - row[i]) / (power - 1));
    return row[0];
  }
  const at = (energy: Energy, kernelOf: typeof kernel, epsilons: readonly number[]) =>
    limit(epsilons.map((epsilon) => tf.tidy(() => svgdKsd({ kernel: kernelOf, epsilon })(energy, points).dataSync()[0])));
  const kernels = [
    ['rbf', kernel, plainRbf(1)],
    ['imq', imq({ bandwidth: 0.7 }), plainImq(0.7)],
  ] as const;

  it.each(kernels)('to 1e-6 of KSD² for a quadratic energy, whose loss is linear in ε: %s', (_, given, plainKernel) => {
    // ½xᵀAx + bx, A = [[2, .5], [.5, 1]], b = (1, −.5).
    const quadratic: PlainEnergy = { value: () => 0, gradient: ([u, v]) => [2 * u + 0.5 * v + 1, 0.5 * u + v - 0.5] };
    const energy: Energy = (x) =>
      tf.sum(
        tf.mul(
          x,
          tf.add(
            tf.matMul(
              tf.mul(0.5, x),
              tf.tensor2d([
                [2, 0.5],
                [0.5, 1],
              ]),
            ),
            tf.tensor2d([[1, -0.5]]),
          ),
        ),
        1,
      );
    const { square, trace } = steinDiscrepancy(plainKernel, quadratic, xs);
    // Two large steps and not a small one: the bias goes exactly, and nothing divides the round-off.
    expect(Math.abs(at(energy, given, [1, 0.5]) - (square - trace))).toBeLessThan(1e-6 * square);
    expect(square).toBeGreaterThan(0.5);
  });

  it.each(kernels)('to 1e-4 for a network, by four steps: %s', (_, given, plainKernel) => {
    const { square, trace } = steinDiscrepancy(plainKernel, plain(theta), xs);
    // ε⁴ is left, and 4e-7/ε of the smallest step, ε = 1/32.
    const found = at(traced(tf.tensor1d(theta)), given, [1 / 4, 1 / 8, 1 / 16, 1 / 32]);
    expect(Math.abs(found - (square - trace))).toBeLessThan(1e-4 * square);
  });
});

/** Where dL/dλ = 0 for E = λx²/2, by secants. */
function minimiser(loss: (energy: Energy) => tf.Scalar): number {
  const slope = (lambda: number) =>
    tf.tidy(() => {
      const variable = tf.variable(tf.scalar(lambda));
      const energy: Energy = (x) => tf.mul(tf.div(variable, 2), tf.sum(tf.square(x), 1));
      return tf.variableGrads(() => loss(energy), [variable]).grads[variable.name].dataSync()[0];
    });
  let [a, b] = [0.3, 1.4];
  for (let k = 0; k < 4 && Math.abs(b - a) > 1e-6; k++) [a, b] = [b, b - (slope(b) * (b - a)) / (slope(b) - slope(a))];
  return b;
}

describe('mvlSpos on N(0, 1) with E = λx²/2', () => {
  const n = 150;
  const x = tf.tensor2d(normalQuantiles(n), [n, 1]);
  const ones = tf.ones([n, 1]) as tf.Tensor2D;
  const h = 0.25;
  // ±1 with equal weights: the exact mean over the noise of a loss that is quadratic in it.
  const options = { epsilon: 1e-3, noise: 'antithetic' } as const;

  // L ~ α(Aλ² − 2Aλ) + (1 − α)λ² − 2f²λ for noise of factor f, A = E[k(x, y)xy] = ½c(1 − c²), c = (1 + 2/h²)^(−1/2).
  const c = (1 + 2 / h ** 2) ** -0.5;
  const A = (c * (1 - c * c)) / 2;
  const expected = (alpha: number, factor: number) => (alpha * A + factor ** 2) / (alpha * A + 1 - alpha);

  it.each([
    [0.25, 0.76],
    [0.5, 0.54],
    [0.75, 0.4],
  ])('α = %d: is least at λ = 1, and at %d with 1 − α in place of √(1 − α)', (alpha, known) => {
    const loss = mvlSpos({ kernel: rbf({ bandwidth: h }), alpha, ...options });
    expect(expected(alpha, Math.sqrt(1 - alpha))).toBeCloseTo(1, 10);
    expect(Math.abs(minimiser((energy) => loss(energy, x, ones)) - 1)).toBeLessThan(0.01);
    const right = spos({ kernel: rbf({ bandwidth: h }), alpha });
    const wrong = minimumVelocity(
      { ...right, step: (energy, p, dt, z) => right.step(energy, p, dt, tf.mul(Math.sqrt(1 - alpha), z as tf.Tensor)) },
      options,
    );
    const found = minimiser((energy) => wrong(energy, x, ones));
    expect(Math.abs(found - expected(alpha, 1 - alpha))).toBeLessThan(0.01);
    expect(Math.abs(found - known)).toBeLessThan(0.01);
  });
});

describe('mvlBirthDeath', () => {
  const n = 200;
  const line = normalQuantiles(n);
  const signs = (count: number) => tf.ones([count, 2]) as tf.Tensor2D;

  it('tends to E[|∇E|² − 2ΔE] + Var(E + log p̂) − Var(log p̂)', () => {
    const lambda = 1.7;
    const energy: Energy = (x) => tf.mul(lambda / 2, tf.sum(tf.square(x), 1));
    const [small, large] = [0.01, 0.02].map((epsilon) =>
      tf.tidy(
        () => mvlBirthDeath({ bandwidth: 0.3, epsilon, noise: 'antithetic' })(energy, tf.tensor2d(line, [n, 1]), signs(n)).dataSync()[0],
      ),
    );
    const energies = line.map((v) => (lambda / 2) * v * v);
    const log = logDensities(
      line.map((v) => [v]),
      0.3,
    );
    const sum = energies.map((e, i) => e + log[i]);
    const expected = lambda ** 2 - 2 * lambda + covariance(sum, sum) - covariance(log, log);
    // ε² is left of the bias, and round-off of 4e-7/ε for energies of order 1.
    expect(Math.abs(2 * small - large - expected)).toBeLessThan(5e-4);
    expect(Math.abs(covariance(sum, sum) - covariance(log, log))).toBeGreaterThan(0.05);
  });

  it('learns the masses of far modes, which mvlLd does not see', () => {
    // .8 of the data around −4 and .2 around 4; E = −log of the same mixture with odds e^θ.
    const quarter = normalQuantiles(40).map((v) => v / 2);
    const rows = [...[0, 1, 2, 3].flatMap((k) => quarter.map((v) => v - 4 + 0.01 * k)), ...quarter.map((v) => v + 4)];
    const x = tf.tensor2d(rows, [200, 1]);
    const mixture =
      (logit: tf.Scalar): Energy =>
      (p) => {
        const bump = (centre: number) => tf.mul(-2, tf.square(tf.sub(p, centre)));
        return tf.neg(tf.logSumExp(tf.concat([tf.add(bump(-4), logit), bump(4)], 1), 1) as tf.Tensor1D);
      };
    const slope = (loss: Objective, logit: number, z: tf.Tensor) =>
      tf.tidy(() => {
        const variable = tf.variable(tf.scalar(logit));
        return tf.variableGrads(() => loss(mixture(variable as tf.Scalar), x, z), [variable]).grads[variable.name].dataSync()[0];
      });
    const options = { epsilon: 1e-3, noise: 'antithetic' } as const;
    const birthDeath = mvlBirthDeath({ bandwidth: 0.1, ...options });
    expect(Math.abs(slope(mvlLd(options), 0, tf.ones([200, 1])))).toBeLessThan(1e-3);
    expect(slope(birthDeath, 0, signs(200))).toBeLessThan(-0.1);
    // ½ d/dθ of .16 (θ − log 4)²: at log 4 it vanishes, and ±0.1 from there it has both signs.
    expect(slope(birthDeath, Math.log(4) - 0.1, signs(200))).toBeLessThan(-0.01);
    expect(slope(birthDeath, Math.log(4) + 0.1, signs(200))).toBeGreaterThan(0.01);
  });

  it('runs on a sphere, by chords and by geodesics', () => {
    const globe = sphere(2).project(normal(30, 3, 9));
    const energy: Energy = (x) => tf.sum(tf.mul(x, tf.tensor2d([[0, 0, 2]])), 1);
    const values = (['ambient', 'geodesic'] as const).map((distance) =>
      tf.tidy(
        () =>
          mvlBirthDeath({ bandwidth: 0.3, manifold: sphere(2), distance, epsilon: 0.01 })(energy, globe, normal(30, 4, 10)).dataSync()[0],
      ),
    );
    // Chord and arc differ by a twenty-fourth of the square: alike at this width, and not the same.
    expect(Math.abs(values[0] - values[1])).toBeLessThan(0.05);
    expect(values[0]).not.toBe(values[1]);
  });

  it('refuses a step for each sample', () => {
    const energy: Energy = (x) => tf.sum(tf.square(x), 1);
    expect(() => mvlBirthDeath({ bandwidth: 1, stepRescale: true })(energy, points)).toThrow(/one step for all samples; leave stepRescale/);
  });
});

describe('sign', () => {
  const data = normal(150, 2, 20);
  const all = [
    svgdKsd({ kernel: rbf() }),
    svgdKsd({ kernel: imq() }),
    mvlSpos({ kernel: rbf(), alpha: 0.5 }),
    mvlBirthDeath({ bandwidth: 0.3 }),
  ];
  it.each(all.map((loss) => [loss.name, loss] as const))('%s makes the energy of N(0, I) grow outwards', (_, loss) => {
    const found = minimiser((energy) => loss(energy, data));
    // Two deviations of the variance of 150 points in two dimensions are 16 %, and the diagonal of the V-statistic takes some per cent off.
    expect(Math.abs(found - 1)).toBeLessThan(0.2);
    const slope = (lambda: number) =>
      tf.tidy(() => {
        const variable = tf.variable(tf.scalar(lambda));
        const energy: Energy = (x) => tf.mul(tf.div(variable, 2), tf.sum(tf.square(x), 1));
        return tf.variableGrads(() => loss(energy, data), [variable]).grads[variable.name].dataSync()[0];
      });
    for (const lambda of [-1, 0, 0.5]) expect(slope(lambda)).toBeLessThan(-0.05);
    expect(slope(2)).toBeGreaterThan(0.05);
  });
});

it('the losses state their names, noise and steps', () => {
  const ksd = svgdKsd({ kernel: rbf() });
  expect([ksd.noise, ksd.epsilon]).toEqual([null, 1e-3]);
  expect([svgdKsd({ kernel: rbf() }).name, mvlSpos({ kernel: rbf(), alpha: 0.5 }).name, mvlBirthDeath({ bandwidth: 1 }).name]).toEqual([
    'svgdKsd',
    'mvlSpos',
    'mvlBirthDeath',
  ]);
  expect(mvlBirthDeath({ bandwidth: 1, manifold: sphere(2) }).manifold.name).toBe('sphere:2');
  expect(mvlBirthDeath({ bandwidth: 1 }).noise?.shape([5, 3])).toEqual([5, 4]);
});
