import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../../plugin/dynamics/chain.ts';
import type { Dynamics } from '../../../plugin/dynamics/dynamics.ts';
import { hmc } from '../../../plugin/dynamics/hmc.ts';
import { mala } from '../../../plugin/dynamics/mala.ts';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { chainMeans } from '../../support/chainMeans.ts';
import { jacobian } from '../../support/differences.ts';
import { simpson } from '../../support/quadrature.ts';
import { meanResultant } from '../../support/vonMisesFisher.ts';
import '../../support/wasm.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const height: Energy = (x) => tf.squeeze(tf.slice(x, [0, 2], [-1, 1]), [1]);
const vonMisesFisher: Energy = (x) => tf.mul(-2, height(x));

/** Spherical geometry in double precision, by its textbook formulas. */
const inner = (u: number[], v: number[]) => u.reduce((sum, a, i) => sum + a * v[i], 0);
const combine = (a: number, u: number[], b: number, v: number[]) => u.map((_, i) => a * u[i] + b * v[i]);
const norm = (u: number[]) => Math.sqrt(inner(u, u));
const tangent = (x: number[], v: number[]) => combine(1, v, -inner(x, v), x);
const exp = (x: number[], v: number[]) => combine(Math.cos(norm(v)), x, Math.sin(norm(v)) / norm(v), v);
const log = (x: number[], y: number[]) => {
  const u = tangent(x, y);
  return combine(Math.acos(inner(x, y)) / norm(u), u, 0, u);
};

/** |det d exp_x| at v, by differences along a frame of the tangent spaces. */
function expJacobian(x: number[], v: number[]): number {
  const y = exp(x, v);
  const frame = (at: number[]) => {
    const basis: number[][] = [];
    for (const [i] of at.entries()) {
      const axis = at.map((_, k) => (k === i ? 1 : 0));
      const rest = [at, ...basis].reduce((w, e) => combine(1, w, -inner(w, e), e), axis);
      if (norm(rest) > 0.3) basis.push(combine(1 / norm(rest), rest, 0, rest));
    }
    return basis.slice(0, at.length - 1);
  };
  const [from, to] = [frame(x), frame(y)];
  const along = (c: number[]) =>
    exp(
      x,
      c.reduce((w, a, i) => combine(1, w, a, from[i]), v),
    );
  const [[a, b], [c, d]] = jacobian((coordinates) => to.map((e) => inner(e, along(coordinates))), [0, 0]);
  return Math.abs(a * d - b * c);
}

describe('the density of a proposal', () => {
  it('has the Jacobian (sin r / r)ⁿ⁻¹ on S², the same there and back', () => {
    const x = [0.6, 0, 0.8];
    for (const r of [0.1, 1, 2, 3]) {
      const direction = tangent(x, [0.3, 1, -0.4]);
      const v = combine(r / norm(direction), direction, 0, x);
      const y = exp(x, v);
      expect(expJacobian(x, v)).toBeCloseTo(Math.sin(r) / r, 6);
      expect(expJacobian(y, log(y, x))).toBeCloseTo(expJacobian(x, v), 6);
    }
  });

  it('and its way back decide acceptance: of α by textbook densities on S², u just below is accepted and just above is not', () => {
    const dt = 0.15;
    // Not symmetric about anything: U = −2x₃ + x₁² + x₁x₂.
    const energy: Energy = (x) => {
      const [a, b, c] = [0, 1, 2].map((i) => tf.squeeze(tf.slice(x, [0, i], [-1, 1]), [1]));
      return tf.add(tf.mul(-2, c), tf.add(tf.square(a), tf.mul(a, b)));
    };
    const U = ([a, b, c]: number[]) => -2 * c + a * a + a * b;
    const gradient = (x: number[]) => tangent(x, [2 * x[0] + x[1], x[0], -2]);
    const logDensity = (x: number[], y: number[]) => {
      const w = combine(1, log(x, y), dt, gradient(x));
      return -inner(w, w) / (4 * dt) - Math.log(expJacobian(x, log(x, y)));
    };
    const points = numbersOf(sphere(2).project(normal(40, 3, 1)));
    const ambient = numbersOf(normal(40, 3, 2));
    let tried = 0;
    for (const [i, x] of points.entries()) {
      const y = exp(x, combine(-dt, gradient(x), Math.sqrt(2 * dt), tangent(x, ambient[i])));
      const alpha = Math.exp(U(x) - U(y) + logDensity(y, x) - logDensity(x, y));
      if (alpha > 0.99) continue;
      tried++;
      for (const [share, accepted] of [
        [alpha - 2e-3, 1],
        [alpha + 2e-3, 0],
      ] as const) {
        const noise = tf.tensor2d([[...ambient[i], quantile(share)]]);
        const step = mala(sphere(2)).step(energy, tf.tensor2d([x]), dt, noise);
        expect(numbers(step.accepted!)).toEqual([accepted]);
        expect(largest(tf.sub(step.next, tf.tensor2d([accepted === 1 ? y : x])))).toBeLessThan(2e-6);
      }
    }
    expect(tried).toBeGreaterThan(12);
  });
});

const numbersOf = (t: tf.Tensor2D) => t.arraySync();

/** Φ⁻¹, by halving. */
function quantile(p: number): number {
  let [low, high] = [-6, 6];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    const mass = simpson((t) => Math.exp((-t * t) / 2), -8, middle, 200) / Math.sqrt(2 * Math.PI);
    [low, high] = mass < p ? [middle, high] : [low, middle];
  }
  return low;
}

/** The error that is easily made: proposals with drift, accepted as if they were symmetric. */
const withoutReverse: Dynamics = {
  ...mala(sphere(2)),
  step: (energy, x, dt, noise) => {
    const [ambient, test] = tf.split(noise as tf.Tensor2D, [3, 1], 1);
    const y = riemannianLangevin(sphere(2)).step(energy, x, dt, ambient).next;
    const uniform = tf.add(0.5, tf.mul(0.5, tf.erf(tf.div(test, Math.SQRT2))));
    const accepted = tf.less(uniform, tf.expandDims(tf.exp(tf.sub(energy(x), energy(y))), 1));
    return { next: tf.where(accepted, y, x) as tf.Tensor2D, martingale: null };
  },
};

describe('the law of a chain', () => {
  const A = meanResultant(2, 2);
  const start = (n: number) => sphere(2).fromGaussian(normal(n, 3, 3));

  it('the target is .5373', () => expect(A).toBeCloseTo(0.5373, 4));

  it.each([
    ['mala', 0.05, mala(sphere(2)), 100],
    ['mala', 0.2, mala(sphere(2)), 40],
    // Steps that come round the sphere; unprojected, rounding takes such a chain off it.
    ['mala', 1.5, mala(sphere(2)), 60],
    ['hmc', 0.2, hmc(sphere(2), { leapfrogs: 4 }), 16],
    ['hmc', 0.6, hmc(sphere(2), { leapfrogs: 3 }), 16],
    // Mixes slowly: 30 steps still show the uniform start.
    ['hmc', 1.2, hmc(sphere(2), { leapfrogs: 2 }), 140],
  ])('%s at %d on S² has the mean resultant of von Mises–Fisher, κ = 2', async (_, stepSize, dynamics, steps) => {
    const { mean, error } = await chainMeans(
      dynamics,
      vonMisesFisher,
      start(1000),
      { stepSize, burnIn: steps / 2, steps, seed: 4 },
      height,
    );
    expect(error).toBeLessThan(0.008);
    expect(error).toBeGreaterThan(0.0005);
    expect(Math.abs(mean - A)).toBeLessThan(3 * error);
  });

  it('which a test without the reverse proposal misses', async () => {
    const options = { stepSize: 0.2, burnIn: 20, steps: 40, seed: 5 };
    const { mean, error } = await chainMeans(withoutReverse, vonMisesFisher, start(500), options, height);
    expect(Math.abs(mean - A)).toBeGreaterThan(10 * error);
  });

  it.each([
    ['mala', 0.5, mala(), 30],
    ['hmc', 0.5, hmc(euclidean(2), { leapfrogs: 3 }), 16],
  ])('%s at a step of %d on a Gaussian has its variances; unadjusted Langevin has 1.33 for the 1', async (_, stepSize, dynamics, steps) => {
    const variances = tf.tensor2d([[1, 4]]);
    const energy: Energy = (x) => tf.sum(tf.mul(0.5, tf.div(tf.square(x), variances)), 1);
    const start = tf.mul(tf.sqrt(variances), normal(1000, 2, 6)) as tf.Tensor2D;
    for (const [column, variance] of [1, 4].entries()) {
      const square: Energy = (x) => tf.square(tf.squeeze(tf.slice(x, [0, column], [-1, 1]), [1]) as tf.Tensor1D);
      const { mean, error } = await chainMeans(dynamics, energy, start, { stepSize, burnIn: 0, steps, seed: 7 }, square);
      expect(error).toBeLessThan(0.05 * variance);
      expect(Math.abs(mean - variance)).toBeLessThan(3 * error);
    }
  });
});

describe.each([mala(), hmc(euclidean(), { leapfrogs: 2 })])('$name at its edges', (dynamics) => {
  const x = tf.tensor2d([[0.5], [-1], [2], [0.1]]);
  const noise = tf.tensor2d([
    [3, 0.1],
    [-2, -3],
    [0.5, -30],
    [9, 30],
  ]);

  it.each<[string, Energy]>([
    ['NaN beyond 3', (p) => tf.sum(tf.add(tf.square(p), tf.log(tf.sub(3, p))), 1)],
    ['steep beyond what exp holds', (p) => tf.sum(tf.mul(1e4, tf.square(tf.square(p))), 1)],
    ['beyond what float32 holds', (p) => tf.sum(tf.exp(tf.mul(40, tf.square(p))), 1)],
    ['+∞ left of −1', (p) => tf.sum(tf.sub(tf.square(p), tf.log(tf.relu(tf.add(p, 1.5)))), 1)],
  ])('an energy that is %s gives no NaN, and no move to where it is not finite', (_, energy) => {
    let at = x;
    for (let k = 0; k < 6; k++) {
      const { next, accepted } = dynamics.step(energy, at, 0.4, noise);
      expect(numbers(next).every(Number.isFinite)).toBe(true);
      expect(numbers(accepted!).every((a) => a === 0 || a === 1)).toBe(true);
      const [before, after] = [numbers(energy(at)), numbers(energy(next))];
      for (const [i, value] of after.entries()) if (Number.isFinite(before[i])) expect(Number.isFinite(value)).toBe(true);
      at = next;
    }
  });

  it('always moves where the energy is flat', () => {
    const flat: Energy = (p) => tf.mul(0, tf.sum(p, 1));
    const { next, accepted } = dynamics.step(flat, x, 0.4, noise);
    expect(numbers(accepted!)).toEqual([1, 1, 1, 1]);
    expect(largest(tf.sub(next, x))).toBeGreaterThan(1);
  });

  it('takes noise of one more column than the points, and leaves no tensors behind', () => {
    expect(dynamics.noise!.shape([7, 4])).toEqual([7, 5]);
    const energy: Energy = (p) => tf.sum(tf.square(p), 1);
    const before = tf.memory().numTensors;
    const { next, martingale, accepted } = dynamics.step(energy, x, 0.1, noise);
    tf.dispose([next, accepted!, ...(martingale ? [martingale] : [])]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('runs as a chain that its seed fixes', async () => {
    const energy: Energy = (p) => tf.sum(tf.square(p), 1);
    const run = async () => numbers(await sample(dynamics, energy, x, { steps: 5, stepSize: 0.2, seed: 3 }));
    expect(await run()).toEqual(await run());
  });
});

describe('the injectivity radius', () => {
  const flat: Energy = (x) => tf.mul(0, tf.sum(x, 1));
  const x = tf.tensor2d([
    [0, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
  ]);

  it('is where proposals on the sphere end', () => {
    const lengths = [3.1, 3.2, 4];
    const noise = tf.tensor2d(lengths.map((r) => [r, 0, 5, 0]));
    const { accepted } = mala(sphere(2)).step(flat, x, 0.5, noise);
    expect(numbers(accepted!)).toEqual([1, 0, 0]);
    // Two leapfrogs, each half as long.
    const path = hmc(sphere(2), { leapfrogs: 2 }).step(flat, x, 1, noise);
    expect(numbers(path.accepted!)).toEqual([1, 0, 0]);
    expect(largest(tf.sub(tf.slice(path.next, [1, 0], [2, 3]), tf.slice(x, [1, 0], [2, 3])))).toBe(0);
  });

  it('must be stated where the volume is finite', () => {
    const { injectivityRadius: _, ...silent } = sphere(2);
    expect(() => mala(silent)).toThrow(/mala: sphere:2 has a finite volume, so long geodesics come back.*give it an injectivityRadius/);
    expect(() => hmc(silent)).toThrow(/^hmc: sphere:2/);
    const { injectivityRadius: __, ...open } = euclidean(2);
    expect(mala(open).name).toBe('mala');
  });
});
