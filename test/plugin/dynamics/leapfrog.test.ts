import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../../../plugin/dynamics/gradientOf.ts';
import { hmc } from '../../../plugin/dynamics/hmc.ts';
import { leapfrog } from '../../../plugin/dynamics/leapfrog.ts';
import { mala } from '../../../plugin/dynamics/mala.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
/** −2x₃ + x₁² + x₁x₂: no symmetry, curved in flat space and on the sphere. */
const energy: Energy = (x) => {
  const [a, b, c] = [0, 1, 2].map((i) => tf.squeeze(tf.slice(x, [0, i], [-1, 1]), [1]));
  return tf.add(tf.mul(-2, c), tf.add(tf.square(a), tf.mul(a, b)));
};

describe.each([euclidean(3), sphere(2), sphere(1)])('leapfrogs on $name', (manifold) => {
  const columns = manifold.ambientDim as number;
  const tilted: Energy = columns === 3 ? energy : (x) => tf.sum(tf.mul(x, tf.tensor2d([[0.5, -2]])), 1);
  const gradient = gradientOf(tilted, manifold);
  const x = manifold.project(normal(30, columns, 1));
  const velocity = manifold.tangent(x, normal(30, columns, 2));
  const run = (start: { x: tf.Tensor2D; velocity: tf.Tensor2D }, h: number, steps: number) =>
    leapfrog(manifold, gradient, start, h, steps, manifold.injectivityRadius as number | null);
  const total = (at: { x: tf.Tensor2D; velocity: tf.Tensor2D }) =>
    tf.add(tilted(at.x), tf.mul(0.5, manifold.inner(at.x, at.velocity, at.velocity)));

  it('come back from their end with the velocity turned round', () => {
    const end = run({ x, velocity }, 0.15, 8);
    const back = run({ x: end.x, velocity: tf.neg(end.velocity) as tf.Tensor2D }, 0.15, 8);
    expect(largest(tf.sub(end.x, x))).toBeGreaterThan(0.5);
    // Rounding of 16 steps, 1e-7 each, magnified by what the flow itself spreads, less than 10.
    expect(largest(tf.sub(back.x, x))).toBeLessThan(1e-5);
    expect(largest(tf.add(back.velocity, velocity))).toBeLessThan(2e-5);
  });

  it('keep the energy to O(h²) over a fixed time', () => {
    const errors = [8, 16].map((steps) => {
      const error = tf.sub(total(run({ x, velocity }, 1.2 / steps, steps)), total({ x, velocity }));
      return Math.sqrt(tf.mean(tf.square(error)).dataSync()[0]);
    });
    expect(errors[1]).toBeGreaterThan(1e-4);
    // 4 and the next order, h² of it.
    expect(errors[0] / errors[1]).toBeGreaterThan(3.7);
    expect(errors[0] / errors[1]).toBeLessThan(4.4);
  });

  it('are, one of √(2dt) and its test, a step of mala of dt', () => {
    const noise = normal(30, columns + 1, 3);
    const [dt, first, second] = [0.3, mala(manifold), hmc(manifold, { leapfrogs: 1 })];
    const [a, b] = [first.step(tilted, x, dt, noise), second.step(tilted, x, Math.sqrt(2 * dt), noise)];
    expect(numbers(a.accepted!)).toEqual(numbers(b.accepted!));
    expect(new Set(numbers(a.accepted!))).toEqual(new Set([0, 1]));
    expect(largest(tf.sub(a.next, b.next))).toBeLessThan(3e-6);
  });
});

describe('leapfrogs of the harmonic oscillator', () => {
  it('turn phase space by the matrix [1 − h²/2, h; −h(1 − h²/4), 1 − h²/2]', () => {
    const h = 0.4;
    const square: Energy = (x) => tf.mul(0.5, tf.sum(tf.square(x), 1));
    let [q, p] = [0.7, -1.1];
    for (let k = 0; k < 3; k++) [q, p] = [(1 - h ** 2 / 2) * q + h * p, -h * (1 - h ** 2 / 4) * q + (1 - h ** 2 / 2) * p];
    const start = { x: tf.tensor2d([[0.7]]), velocity: tf.tensor2d([[-1.1]]) };
    const end = leapfrog(euclidean(1), gradientOf(square), start, h, 3, null);
    expect(numbers(end.x)[0]).toBeCloseTo(q, 6);
    expect(numbers(end.velocity)[0]).toBeCloseTo(p, 6);
    expect(end.within).toBeNull();
  });
});

describe('hmc', () => {
  it('refuses numbers of leapfrogs that are not positive and whole', () => {
    for (const leapfrogs of [0, 1.5, Number.NaN])
      expect(() => hmc(euclidean(), { leapfrogs })).toThrow(/hmc: leapfrogs must be a whole number/);
    expect(hmc().step(energy, tf.ones([1, 3]), 0.1, tf.zeros([1, 4])).martingale).toBeNull();
  });
});
