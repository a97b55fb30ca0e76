import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

const sheet = hyperbolic(2);
const ball = hyperbolic(2, { model: 'poincare' });
const normal = (columns: number, seed: number) => drawNoise(gaussian(), [100, columns], randomStream(seed)) as tf.Tensor2D;
const slice = (x: tf.Tensor2D, start: number, end: number) => tf.slice(x, [0, start], [-1, end - start]) as tf.Tensor2D;

/** Stereographic projection of the sheet from (−1, 0, 0): an isometry onto the ball. */
const toBall = (x: tf.Tensor2D) => tf.div(slice(x, 1, 3), tf.add(1, slice(x, 0, 1))) as tf.Tensor2D;

describe('the two models of H²', () => {
  const [x, y] = [normal(3, 1), normal(3, 2)].map(sheet.fromGaussian);
  const [p, q] = [x, y].map(toBall);
  /** Tangents by the differential of the projection, as central differences along geodesics. */
  const push = (base: tf.Tensor2D, v: tf.Tensor2D) => {
    const h = 1e-2;
    const at = (s: number) => toBall(sheet.exp(base, tf.mul(s, v) as tf.Tensor2D));
    return tf.div(tf.sub(at(h), at(-h)), 2 * h) as tf.Tensor2D;
  };

  it('have the same distances, starting points and geodesics', () => {
    expect(largest(tf.sub(ball.dist(p, q), sheet.dist(x, y)))).toBeLessThan(1e-4);
    const z = normal(3, 3);
    expect(largest(tf.sub(toBall(sheet.fromGaussian(z)), ball.fromGaussian(slice(z, 1, 3))))).toBeLessThan(1e-6);
    const v = sheet.log(x, y);
    // Central differences are off by h²|v|³/6 and by 6e-8/h.
    expect(largest(tf.sub(push(x, v), ball.log(p, q)))).toBeLessThan(2e-3);
    const halfway = sheet.exp(x, tf.mul(0.5, v) as tf.Tensor2D);
    expect(largest(tf.sub(toBall(halfway), ball.exp(p, tf.mul(0.5, ball.log(p, q)) as tf.Tensor2D)))).toBeLessThan(1e-5);
  });

  it('have the same transport', () => {
    const u = sheet.randomTangent!(x, normal(3, 4));
    expect(largest(tf.sub(push(y, sheet.transport(x, y, u)), ball.transport(p, q, push(x, u))))).toBeLessThan(2e-3);
  });
});

describe('precision', () => {
  const towards = (r: number) => tf.tensor2d([[Math.cosh(r), Math.sinh(r), 0]]);
  const inBall = (r: number) => tf.tensor2d([[Math.tanh(r / 2), 0]]);

  it.each([1e-6, 1e-3, 0.2, 0.3, 1, 4, 5])('keeps the distance %d from the origin', (r) => {
    expect(numbers(sheet.dist(towards(0), towards(r)))[0] / r).toBeCloseTo(1, 6);
    // 1 − |p|² is off by 6e-8 of itself times cosh²(r/2).
    expect(numbers(ball.dist(inBall(0), inBall(r)))[0] / r).toBeCloseTo(1, r < 2 ? 6 : 5);
  });

  it('keeps short distances far out', () => {
    for (const r of [1, 2, 3]) expect(numbers(sheet.dist(towards(r), towards(r + 1e-3)))[0] * 1e3).toBeCloseTo(1, r < 3 ? 3 : 2);
  });

  it('stays in the ball however long the step, with finite derivatives', () => {
    const p = tf.tensor2d([
      [0.3, -0.2],
      [0.99999, 0],
      [0, 0],
    ]);
    const walk = (s: tf.Tensor) => ball.exp(p, tf.mul(s, tf.ones([3, 2])) as tf.Tensor2D);
    for (const s of [-1e4, -50, 1, 50, 1e4]) {
      const end = walk(tf.scalar(s));
      expect(Math.max(...numbers(tf.norm(end, 2, 1)))).toBeLessThan(1);
      expect(tf.all(tf.isFinite(ball.dist(p, end))).dataSync()[0]).toBe(1);
      expect(tf.all(tf.isFinite(tf.grad((t: tf.Tensor) => tf.sum(walk(t)))(tf.scalar(s)))).dataSync()[0]).toBe(1);
    }
  });

  it('projects what is outside onto its margin', () => {
    expect(numbers(ball.project(tf.tensor2d([[3, 4]])))[0]).toBeCloseTo(0.6 * (1 - 1e-5), 6);
    expect(numbers(sheet.project(tf.tensor2d([[7, 3, 4]])))[0]).toBeCloseTo(Math.sqrt(26), 5);
  });
});

it('refuses unknown models and dimensions', () => {
  expect(() => hyperbolic(2, { model: 'klein' as 'lorentz' })).toThrow(
    'hyperbolic: unknown model "klein"; expected "lorentz" or "poincare".',
  );
  expect(() => hyperbolic(0)).toThrow(/hyperbolic\(0\): the dimension must be an integer/);
});
