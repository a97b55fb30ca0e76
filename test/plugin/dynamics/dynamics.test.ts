import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../../../plugin/dynamics/gradientOf.ts';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { scoreOf } from '../../../plugin/losses/scoreOf.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest } from '../../support/arrays.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const weights = tf.tensor2d([[1, -2, 0.5]]);
/** x₀² − 2x₁² + ½x₂² and its gradient (2x₀, −4x₁, x₂). */
const energy: Energy = (x) => tf.sum(tf.mul(weights, tf.square(x)), 1);
const gradient = (x: tf.Tensor) => tf.mul(tf.mul(2, weights), x) as tf.Tensor2D;

describe('langevin', () => {
  const x = normal(20, 3, 1);
  const z = normal(20, 3, 2);

  it('steps to x − dt ∇U + √(2dt) z, with the martingale √(2dt)⟨∇U, z⟩', () => {
    const { next, martingale } = langevin().step(energy, x, 0.1, z);
    const kick = tf.mul(Math.sqrt(0.2), z);
    expect(largest(tf.sub(next, tf.add(tf.sub(x, tf.mul(0.1, gradient(x))), kick)))).toBeLessThan(2e-6);
    expect(largest(tf.sub(martingale!, tf.sum(tf.mul(gradient(x), kick), 1)))).toBeLessThan(5e-6);
  });

  it('takes dt as a number, a scalar or a column', () => {
    const step = (dt: number | tf.Scalar | tf.Tensor2D) => langevin().step(energy, x, dt, z);
    const { next, martingale } = step(0.1);
    for (const dt of [tf.scalar(0.1), tf.fill([20, 1], 0.1) as tf.Tensor2D]) {
      expect(largest(tf.sub(step(dt).next, next))).toBeLessThan(1e-6);
      expect(largest(tf.sub(step(dt).martingale!, martingale!))).toBeLessThan(1e-6);
    }
  });

  it('is what both routes of the Riemannian dynamics do in flat space', () => {
    const { next, martingale } = langevin().step(energy, x, 0.1, z);
    for (const route of ['embedded', 'chart'] as const) {
      const step = riemannianLangevin(euclidean(3), { route }).step(energy, x, 0.1, z);
      expect(largest(tf.sub(step.next, next))).toBeLessThan(1e-6);
      expect(largest(tf.sub(step.martingale!, martingale!))).toBeLessThan(1e-6);
    }
  });
});

describe('riemannianLangevin on S²', () => {
  const manifold = sphere(2);
  const x = manifold.project(normal(50, 3, 3));

  it('embedded: steps along the geodesic of −dt grad U + √(2dt) Pξ', () => {
    const xi = normal(50, 3, 4);
    const tangent = (v: tf.Tensor) => tf.sub(v, tf.mul(tf.sum(tf.mul(x, v), 1, true), x)) as tf.Tensor2D;
    const kick = tf.mul(Math.sqrt(0.2), tangent(xi));
    const velocity = tf.sub(kick, tf.mul(0.1, tangent(gradient(x)))) as tf.Tensor2D;
    const { next, martingale } = riemannianLangevin(manifold).step(energy, x, 0.1, xi);
    expect(largest(tf.sub(next, manifold.exp(x, velocity)))).toBeLessThan(2e-6);
    expect(largest(tf.sub(martingale!, tf.sum(tf.mul(gradient(x), kick), 1)))).toBeLessThan(1e-5);
  });

  it.each(['embedded', 'chart'] as const)('%s: stays on the sphere, and the martingale is the energy’s first-order change', (route) => {
    const dynamics = riemannianLangevin(manifold, { route });
    const noise = drawNoise(dynamics.noise!, [50, 3], randomStream(5));
    const { next } = dynamics.step(energy, x, 0.3, noise);
    expect(largest(tf.sub(tf.norm(next, 2, 1), 1))).toBeLessThan(1e-6);
    // E(x⁻) − E(x) = martingale + O(dt) while the martingale is O(√dt).
    const dt = 1e-5;
    const small = dynamics.step(energy, x, dt, noise);
    const rise = tf.sub(energy(small.next), energy(x));
    expect(largest(small.martingale!)).toBeGreaterThan(5 * Math.sqrt(dt));
    expect(largest(tf.sub(rise, small.martingale!))).toBeLessThan(200 * dt);
  });

  it('states its noise: ambient for the embedded route, intrinsic by chart', () => {
    expect(riemannianLangevin(manifold).noise!.shape([7, 3])).toEqual([7, 3]);
    expect(riemannianLangevin(manifold, { route: 'chart' }).noise!.shape([7, 3])).toEqual([7, 2]);
    expect(riemannianLangevin(euclidean()).noise!.shape([7, 4])).toEqual([7, 4]);
    expect([riemannianLangevin(manifold).name, riemannianLangevin(manifold, { route: 'chart' }).name]).toEqual([
      'riemannianLangevin',
      'riemannianLangevin:chart',
    ]);
  });

  it('leaves no tensors behind', () => {
    for (const dynamics of [langevin(), riemannianLangevin(manifold), riemannianLangevin(manifold, { route: 'chart' })]) {
      const noise = drawNoise(dynamics.noise!, [50, 3], randomStream(6));
      const before = tf.memory().numTensors;
      const { next, martingale } = dynamics.step(energy, x, 0.1, noise);
      tf.dispose([next, martingale!]);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('refuses unknown routes, and charts where there are none', () => {
    const { chart: _, ...bare } = manifold;
    expect(() => riemannianLangevin(bare, { route: 'chart' })).toThrow(/sphere:2 has no chart; use { route: 'embedded' }/);
    expect(() => riemannianLangevin(manifold, { route: 'scenic' as 'chart' })).toThrow(
      /unknown route "scenic"; expected "embedded" or "chart"/,
    );
  });
});

describe('scores', () => {
  const x = sphere(2).project(normal(10, 3, 7));

  it('scoreOf is −grad E: the ambient gradient in flat space, its tangent part on a manifold', () => {
    expect(largest(tf.add(scoreOf(energy)(x), gradient(x)))).toBeLessThan(1e-5);
    const score = scoreOf(energy, sphere(2))(x);
    expect(largest(tf.sum(tf.mul(score, x), 1))).toBeLessThan(1e-6);
    expect(largest(tf.add(score, sphere(2).tangent(x, gradient(x))))).toBeLessThan(1e-5);
    expect(largest(score)).toBeGreaterThan(0.5);
  });

  it('gradientOf is differentiated in its turn', () => {
    const twice = tf.grad((p: tf.Tensor) => tf.sum(tf.square(gradientOf(energy)(p as tf.Tensor2D))))(x);
    expect(largest(tf.sub(twice, tf.mul(tf.mul(8, tf.square(weights)), x)))).toBeLessThan(1e-5);
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    scoreOf(energy, sphere(2))(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
