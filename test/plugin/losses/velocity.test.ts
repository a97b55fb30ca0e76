import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../../../plugin/dynamics/dynamics.ts';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { type VelocityOptions, velocitySamples } from '../../../plugin/losses/velocitySamples.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { bowl, CURVATURE } from '../../support/quadratics.ts';
import { normalNodes, signVectors } from '../../support/quadrature.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const variance = (t: tf.Tensor) => tf.moments(t).variance.dataSync()[0];

describe('the bias at fixed ε', () => {
  /** E = x⁴/4 + x²/2: E′ = x³ + x, E″ = 3x² + 1, E‴ = 6x, E⁗ = 6. */
  const energy: Energy = (x) => tf.sum(tf.add(tf.div(tf.square(tf.square(x)), 4), tf.div(tf.square(x), 2)), 1);

  it.each([0.5, 1, -1.5])('is −ε[⅛E′²E″ − ½E′E‴ + ½E⁗] at x = %d', (x) => {
    const points = tf.fill([normalNodes.length, 1], x) as tf.Tensor2D;
    const z = tf.tensor2d(normalNodes, [normalNodes.length, 1]);
    // The energy has degree 4 in z and the nodes are exact to degree 5.
    const J = (epsilon: number) => mvlLd({ epsilon })(energy, points, z).dataSync()[0] / 2;
    const [first, second, third] = [x ** 3 + x, 3 * x ** 2 + 1, 6 * x];
    const limit = first ** 2 / 2 - second;
    const bias = -((first ** 2 * second) / 8 - (first * third) / 2 + 6 / 2);
    // Richardson: (4 J(ε/2) − J(ε) − 3 J(0))/ε is the slope at 0 up to ε² times the third coefficient.
    const epsilon = 0.02;
    const slope = (4 * J(epsilon / 2) - J(epsilon) - 3 * limit) / epsilon;
    expect(Math.abs(slope - bias)).toBeLessThan(0.02 * Math.abs(bias));
  });
});

describe('variance of one sample', () => {
  const d = 4;
  const H = tf.tensor2d(CURVATURE);
  const squares = tf.sum(tf.square(H)).dataSync()[0];
  const diagonal = 2 ** 2 + 1 + 1 + 0.5 ** 2;
  const samplesAt = (options: VelocityOptions, noise: tf.Tensor2D, x: number[]) =>
    tf.div(velocitySamples(langevin(), options)(bowl(H), tf.tile(tf.tensor2d([x]), [noise.shape[0], 1]) as tf.Tensor2D, noise), 2);

  it('is 2(|H|² − ΣHᵢᵢ²) for Rademacher noise, exactly over all sign vectors', () => {
    const z = tf.tensor2d(signVectors(d));
    const origin = variance(samplesAt({ epsilon: 0.01, noise: 'rademacher' }, z, [0, 0, 0, 0]));
    expect(origin).toBeCloseTo(2 * (squares - diagonal), 3);
    // Away from the origin it is approached as ε → 0.
    const beside = variance(samplesAt({ epsilon: 1e-4, noise: 'rademacher' }, z, [0.5, -1, 0.3, 0.8]));
    expect(Math.abs(beside / (2 * (squares - diagonal)) - 1)).toBeLessThan(0.02);
  });

  it('is 2|H|² for gaussian noise with its control variate', () => {
    const z = normal(40_000, d, 3);
    const found = variance(samplesAt({ epsilon: 1e-3 }, z, [0.5, -1, 0.3, 0.8]));
    // The sample variance of a quadratic form deviates by about √(14/n) = 2 %.
    expect(Math.abs(found / (2 * squares) - 1)).toBeLessThan(0.08);
  });

  it('grows as 2|∇E|²/ε without it', () => {
    const x = [0.5, -1, 0.3, 0.8];
    const gradient = numbers(tf.matMul(tf.tensor2d([x]), H));
    const z = normal(40_000, d, 4);
    const epsilon = 1e-4;
    const found = variance(samplesAt({ epsilon, controlVariate: false }, z, x));
    expect(Math.abs((found * epsilon) / (2 * gradient.reduce((sum, g) => sum + g * g, 0)) - 1)).toBeLessThan(0.05);
  });
});

describe('antithetic noise', () => {
  const energy: Energy = (x) => tf.sum(tf.sin(tf.mul(x, tf.tensor2d([[1, 2, -1]]))), 1);
  const [x, z] = [normal(30, 3, 70), normal(30, 3, 71)];
  const terms = (options: VelocityOptions, noise: tf.Tensor2D) =>
    velocitySamples(langevin(), { epsilon: 0.1, ...options })(energy, x, noise);

  it('is the mean of the terms of z and −z, whose martingales cancel', () => {
    const both = terms({ noise: 'antithetic' }, z);
    const [ahead, behind] = [z, tf.neg(z) as tf.Tensor2D].map((noise) => terms({ controlVariate: false }, noise));
    expect(largest(tf.sub(ahead, behind))).toBeGreaterThan(1);
    // Terms of order 20 with a round-off of 4e-7/ε.
    expect(largest(tf.sub(both, tf.div(tf.add(ahead, behind), 2)))).toBeLessThan(1e-4);
    expect(largest(tf.sub(both, terms({ noise: 'antithetic', controlVariate: false }, z)))).toBeLessThan(1e-4);
  });
});

describe('a tanh network in 8 dimensions', () => {
  const layers = [8, 64, 64, 1].slice(1).map((units, i) => {
    const inputs = [8, 64, 64][i];
    return { weights: tf.mul(normal(inputs, units, 20 + i), 1.5 / Math.sqrt(inputs)), bias: tf.mul(normal(1, units, 30 + i), 0.5) };
  });
  const energy: Energy = (x) => {
    const [first, second, last] = layers.map(
      ({ weights, bias }) =>
        (h: tf.Tensor) =>
          tf.add(tf.matMul(h, weights as tf.Tensor2D), bias),
    );
    return tf.squeeze(last(tf.tanh(second(tf.tanh(first(x))))), [1]);
  };
  const n = 1000;
  const x = normal(n, 8, 40);
  const z = normal(n, 8, 41);
  const epsilons = [1e-2, 1e-3, 1e-4, 1e-5];
  const deviations = (options: VelocityOptions) =>
    epsilons.map((epsilon) => tf.tidy(() => Math.sqrt(variance(velocitySamples(langevin(), { ...options, epsilon })(energy, x, z)))));

  it('keeps its deviation from ε = 1e-2 down to 1e-5 with the control variate, within 10 %', () => {
    const found = deviations({});
    for (const deviation of found) expect(Math.abs(deviation / found[1] - 1)).toBeLessThan(0.1);
  });

  it('and grows as 1/√ε without it', () => {
    const found = deviations({ controlVariate: false });
    for (const i of [1, 2, 3]) expect(Math.abs(found[i] / found[i - 1] / Math.sqrt(10) - 1)).toBeLessThan(0.05);
  });
});

describe('the step rescale', () => {
  const energy: Energy = (x) => tf.mul(50, tf.sum(tf.square(x), 1));
  const z = tf.tensor2d([[1], [-1]]);

  it('divides ε by |½ grad E|² where that exceeds 1, and the difference with it', () => {
    const x = tf.tensor2d([[0.01], [0.1]]);
    const rescaled = numbers(velocitySamples(langevin(), { epsilon: 0.1, stepRescale: true })(energy, x, z));
    // ½ grad E = 50x: 0.5 in the first row, 5 in the second.
    const [first] = numbers(velocitySamples(langevin(), { epsilon: 0.1 })(energy, x, z));
    const [, second] = numbers(velocitySamples(langevin(), { epsilon: 0.1 / 25 })(energy, x, z));
    expect(rescaled[0]).toBeCloseTo(first, 2);
    expect(Math.abs(rescaled[1] / second - 1)).toBeLessThan(1e-4);
  });

  it('keeps a stiff energy from looking good, on a manifold too', () => {
    const points = tf.tensor2d([[-1], [1], [-1], [1]]);
    const noise = tf.tensor2d([[1], [1], [-1], [-1]]);
    const value = (stepRescale: boolean) => mvlLd({ epsilon: 0.1, stepRescale })(energy, points, noise).dataSync()[0];
    expect(value(false)).toBeLessThan(-1000);
    expect(value(true)).toBeGreaterThan(1000);
    const stiff: Energy = (x) => tf.sum(tf.mul(x, tf.tensor2d([[0, 0, 200]])), 1);
    const globe = sphere(2).project(normal(64, 3, 50));
    expect(mvlRld({ manifold: sphere(2), epsilon: 0.1, stepRescale: true })(stiff, globe).dataSync()[0]).toBeGreaterThan(1000);
  });

  it('is held fixed under differentiation', () => {
    const scale = tf.variable(tf.scalar(1));
    const x = tf.tensor2d([[0.1], [0.1]]);
    const scaled: Energy = (p) => tf.mul(scale, energy(p));
    const slope = (stepRescale: boolean, epsilon: number) =>
      tf.variableGrads(() => mvlLd({ epsilon, stepRescale })(scaled, x, z), [scale]).grads[scale.name].dataSync()[0];
    expect(Math.abs(slope(true, 0.1) / slope(false, 0.1 / 25) - 1)).toBeLessThan(1e-4);
  });
});

describe('the objective', () => {
  const energy: Energy = (x) => tf.sum(tf.square(x), 1);
  const x = normal(16, 3, 60);

  it('states its name, manifold, noise and ε', () => {
    const loss = mvlRld({ manifold: sphere(2), route: 'chart', epsilon: 0.25, noise: 'rademacher' });
    expect([loss.name, loss.manifold.name, loss.epsilon, loss.noise?.distribution]).toEqual(['mvlRld', 'sphere:2', 0.25, 'rademacher']);
    expect(loss.noise?.shape([5, 3])).toEqual([5, 2]);
    expect(mvlLd().name).toBe('mvlLd');
    expect(mvlLd().epsilon).toBe(1e-3);
    expect(minimumVelocity(langevin()).name).toBe('minimumVelocity(langevin)');
    expect(mvlLd({ noise: 'antithetic' }).noise?.distribution).toBe('gaussian');
    expect(mvlRld({ manifold: euclidean(3) }).noise?.shape([5, 3])).toEqual([5, 3]);
  });

  it('draws noise of its own from the seed, anew at each call, where none is passed', () => {
    const run = (seed: number) => {
      const loss = mvlLd({ seed, epsilon: 0.1 });
      return [0, 1].map(() => loss(energy, x).dataSync()[0]);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)[0]).not.toBe(run(1)[1]);
    expect(run(1)[0]).not.toBe(run(2)[0]);
    expect(run(1)[0]).toBe(mvlLd({ epsilon: 0.1 })(energy, x, drawNoise(gaussian(), [16, 3], randomStream(1, 0))).dataSync()[0]);
  });

  it('can be had at another step where its own was left open', () => {
    expect(mvlLd({ epsilon: 0.1 }).withEpsilon).toBeUndefined();
    const open = mvlRld({ manifold: sphere(2), noise: 'antithetic', route: 'chart' });
    const at = open.withEpsilon?.(0.25);
    expect([at?.epsilon, at?.name, at?.noise?.shape([5, 3])]).toEqual([0.25, 'mvlRld', [5, 2]]);
  });

  it('takes deterministic dynamics', () => {
    const flow: Dynamics = {
      name: 'flow',
      manifold: euclidean(),
      noise: null,
      step: (U, p, dt) => ({ next: tf.sub(p, tf.mul(dt, tf.grad(U as (y: tf.Tensor) => tf.Tensor)(p))) as tf.Tensor2D, martingale: null }),
    };
    for (const noise of ['gaussian', 'antithetic'] as const) {
      const loss = minimumVelocity(flow, { epsilon: 1e-3, noise });
      expect(loss.noise).toBeNull();
      // −(2/ε)(E(x − ½ε∇E) − E(x)) → |∇E|² = 4|x|², up to ε.
      const expected = 4 * tf.mean(tf.sum(tf.square(x), 1)).dataSync()[0];
      expect(Math.abs(loss(energy, x).dataSync()[0] / expected - 1)).toBeLessThan(2e-3);
    }
  });

  it('leaves no tensors behind', () => {
    for (const loss of [mvlLd(), mvlLd({ noise: 'antithetic', stepRescale: true }), mvlRld({ manifold: euclidean(), route: 'chart' })]) {
      const before = tf.memory().numTensors;
      loss(energy, x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('refuses an ε that is not positive, and unknown noise', () => {
    for (const epsilon of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => mvlLd({ epsilon })).toThrow(/epsilon must be a positive number/);
    expect(() => mvlLd({ noise: 'cauchy' as 'gaussian' })).toThrow(/unknown noise "cauchy".*gaussian, rademacher, antithetic/);
  });

  it('refuses an ε that drowns in round-off, naming both errors, and knows half precision', () => {
    expect(() => mvlLd({ epsilon: 1e-8 })(energy, x)).toThrow(
      /epsilon = 1e-8 is too small for the float32 .*about 37 .*about 1\. Use epsilon ≥ 0\.001/,
    );
    const precision = jest.spyOn(tf.backend(), 'floatPrecision').mockReturnValue(16);
    try {
      expect(() => mvlLd({ epsilon: 1e-3 })(energy, x)).toThrow(/float16 .*about 1\.1 .*Use epsilon ≥ 0\.03/);
      expect(mvlLd().epsilon).toBe(0.03);
      expect(mvlLd({ scale: 2 }).epsilon).toBeCloseTo(0.12, 12);
      expect(Number.isFinite(mvlLd({ epsilon: 0 })(energy, x).dataSync()[0])).toBe(true);
      expect(Number.isFinite(mvlLd()(energy, x).dataSync()[0])).toBe(true);
    } finally {
      precision.mockRestore();
    }
  });
});
