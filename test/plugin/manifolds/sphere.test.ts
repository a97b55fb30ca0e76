import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../../plugin/manifolds/manifold.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { hessian, partials } from '../../support/differences.ts';

/** The same verbs in double precision, by their textbook formulas. */
const plain = (() => {
  const inner = (u: number[], v: number[]) => u.reduce((sum, a, i) => sum + a * v[i], 0);
  const combine = (a: number, u: number[], b: number, v: number[]) => u.map((_, i) => a * u[i] + b * v[i]);
  const norm = (u: number[]) => Math.sqrt(inner(u, u));
  const tangent = (x: number[], v: number[]) => combine(1, v, -inner(x, v), x);
  const dist = (x: number[], y: number[]) => 2 * Math.atan2(norm(combine(1, y, -1, x)), norm(combine(1, y, 1, x)));
  const exp = (x: number[], v: number[]) => combine(Math.cos(norm(v)), x, norm(v) === 0 ? 1 : Math.sin(norm(v)) / norm(v), v);
  const log = (x: number[], y: number[]) => {
    const u = tangent(x, combine(1, y, -1, x));
    return norm(u) === 0 ? u : combine(dist(x, y) / norm(u), u, 0, u);
  };
  const transport = (x: number[], y: number[], v: number[]) => combine(1, v, -inner(y, v) / (1 + inner(x, y)), combine(1, x, 1, y));
  return { inner, tangent, dist, exp, log, transport };
})();

const row = (t: tf.Tensor2D) => t.arraySync()[0];
const vector = (values: number[]) => tf.tensor2d([values]);

/** Gradient and Hessian of a scalar function of one row, by tfjs. */
function derivatives(f: (v: tf.Tensor2D) => tf.Tensor, at: number[]): { gradient: number[]; hessian: number[][] } {
  // The square keeps tfjs from refusing functions that are linear; its own derivatives are taken off again.
  const gradient = tf.grad((v: tf.Tensor) => tf.add(tf.sum(f(v as tf.Tensor2D)), tf.mul(0.5, tf.sum(tf.square(v)))));
  const second = at.map((_, i) => {
    const rows = row(tf.grad((v: tf.Tensor) => tf.sum(tf.slice(gradient(v), [0, i], [1, 1])))(vector(at)) as tf.Tensor2D);
    return rows.map((h, j) => h - (i === j ? 1 : 0));
  });
  return { gradient: row(gradient(vector(at)) as tf.Tensor2D).map((g, i) => g - at[i]), hessian: second };
}

const gap = (a: number[][], b: number[][]) => largest(tf.sub(tf.tensor(a), tf.tensor(b)));
const dot = (a: number[]) => (t: tf.Tensor2D) => tf.sum(tf.mul(t, vector(a)));

describe('derivatives of the verbs', () => {
  const manifold: Manifold = sphere(2);
  const x = [0.6, -0.48, 0.64];
  const a = [0.3, 1, -0.7];
  const direction = plain.tangent(x, [1, 0.2, -0.4]);
  const length = Math.sqrt(plain.inner(direction, direction));
  const along = (s: number) => direction.map((d) => (d / length) * s);

  it.each([1e-4, 0.1, 0.22, 0.23, 0.5, 2, 3, 6])('of exp at |v| = %d, on both sides of the change from series to closed form', (s) => {
    const f = (v: number[]) => plain.inner(a, plain.exp(x, v));
    const found = derivatives((v) => dot(a)(manifold.exp(vector(x), v)), along(s));
    expect(gap([found.gradient], [partials(f, along(s))])).toBeLessThan(1e-5);
    // The closed forms' second derivatives lose 6e-8/s² to rounding just above the change.
    expect(gap(found.hessian, hessian(f, along(s)))).toBeLessThan(5e-5);
  });

  it('of exp at v = 0: a, and −⟨a, x⟩ I', () => {
    const found = derivatives((v) => dot(a)(manifold.exp(vector(x), v)), [0, 0, 0]);
    expect(gap([found.gradient], [a])).toBeLessThan(1e-6);
    expect(
      gap(
        found.hessian,
        [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? -plain.inner(a, x) : 0))),
      ),
    ).toBeLessThan(1e-6);
  });

  /** y runs over the sphere, as exp_base(P w) for w around 0, so that only values on the sphere matter. */
  const verbs = {
    log: { tf: (y: tf.Tensor2D) => dot(a)(manifold.log(vector(x), y)), plain: (y: number[]) => plain.inner(a, plain.log(x, y)) },
    'log from y': { tf: (y: tf.Tensor2D) => dot(a)(manifold.log(y, vector(x))), plain: (y: number[]) => plain.inner(a, plain.log(y, x)) },
    transport: {
      tf: (y: tf.Tensor2D) => dot(a)(manifold.transport(vector(x), y, vector(along(1)))),
      plain: (y: number[]) => plain.inner(a, plain.transport(x, y, along(1))),
    },
    project: {
      tf: (y: tf.Tensor2D) => dot(a)(manifold.project(tf.mul(1.5, y) as tf.Tensor2D)),
      plain: (y: number[]) => plain.inner(a, y),
    },
    dist: { tf: (y: tf.Tensor2D) => manifold.dist(vector(x), y), plain: (y: number[]) => plain.dist(x, y) },
  };
  const places = [0, 0.3, 0.45, 0.46, 1.5, 2.8];
  const cases = Object.keys(verbs).flatMap((verb) =>
    places.filter((s) => verb !== 'dist' || s > 0).map((s) => ({ verb: verb as keyof typeof verbs, s })),
  );

  it.each(cases)('of $verb at distance $s', ({ verb, s }) => {
    const base = plain.exp(x, along(s));
    const curve = (w: number[]) => plain.exp(base, plain.tangent(base, w));
    const f = (w: number[]) => verbs[verb].plain(curve(w));
    const found = derivatives((w) => verbs[verb].tf(manifold.exp(vector(base), manifold.tangent(vector(base), w))), [0, 0, 0]);
    expect(gap([found.gradient], [partials(f, [0, 0, 0])])).toBeLessThan(2e-5 / Math.sin(Math.max(s, 1.5)));
    // Near the antipode second derivatives grow as 1/sin² and magnify rounding with them.
    expect(gap(found.hessian, hessian(f, [0, 0, 0]))).toBeLessThan(2e-4 / Math.sin(Math.max(s, 1.5)) ** 2);
  });
});

describe('degenerate arguments', () => {
  const manifold = sphere(2);
  const x = tf.tensor2d([
    [1, 0, 0],
    [0, 0, -1],
    [0.6, -0.48, 0.64],
  ]);

  it('log at the antipode is one of the shortest ways there', () => {
    const v = manifold.log(x, tf.neg(x) as tf.Tensor2D);
    expect(largest(tf.sub(tf.norm(v, 2, 1), Math.PI))).toBeLessThan(1e-6);
    expect(largest(tf.add(manifold.exp(x, v), x))).toBeLessThan(1e-6);
  });

  it('the origin is projected onto the first axis', () => {
    expect(numbers(manifold.project(tf.zeros([1, 3])))).toEqual([1, 0, 0]);
  });

  it('verbs leave no tensors behind', () => {
    const y = manifold.project(
      tf.tensor2d([
        [1, 2, 3],
        [0, 0, 1],
        [1, 1, 1],
      ]),
    );
    for (const make of [
      () => manifold.project(y),
      () => manifold.tangent(x, y),
      () => manifold.exp(x, y),
      () => manifold.log(x, y),
      () => manifold.transport(x, y, y),
      () => manifold.inner(x, y, y),
      () => manifold.dist(x, y),
    ]) {
      const before = tf.memory().numTensors;
      make().dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

describe('the total volume', () => {
  it('is 2π, 4π, 2π², π⁴/3', () => {
    const volumes = { 1: 2 * Math.PI, 2: 4 * Math.PI, 3: 2 * Math.PI ** 2, 7: Math.PI ** 4 / 3 };
    for (const [n, volume] of Object.entries(volumes)) expect(sphere(Number(n)).logVolume).toBeCloseTo(Math.log(volume), 12);
  });

  it('has dimensions of at least 1', () => {
    for (const n of [0, -1, 1.5, Number.NaN]) expect(() => sphere(n)).toThrow(/the dimension must be an integer of at least 1/);
  });
});
