import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../plugin/dynamics/chain.ts';
import { riemannianLangevin } from '../../plugin/dynamics/riemannianLangevin.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { randomStream } from '../../random/stream.ts';
import { largest } from '../support/arrays.ts';

export interface ManifoldCase {
  readonly manifold: Manifold;
  /** Rows m of the points to try. */
  readonly ambientDim: number;
  readonly dim: number;
  /** How far a point is from satisfying the manifold's equation, worked out without the manifold's own verbs. */
  defect(point: readonly number[]): number;
  /** Geodesics of this length are still the only shortest ones. */
  readonly reach: number;
}

/** Ambient standard normal rows `[rows, m]`. */
const normal = (rows: number, m: number, seed: number) => drawNoise(gaussian(), [rows, m], randomStream(seed)) as tf.Tensor2D;

/** Rounding of one verb on coordinates of order 1 to 4: a few units of float32's 6e-8, over sums of up to 8 terms. */
const ROUNDING = 4e-6;

/** Every manifold passes these. Theory: each verb's defining equation, on random points. */
export function manifoldLaws({ manifold, ambientDim: m, dim, defect, reach }: ManifoldCase): void {
  const rows = 200;
  const x = manifold.project(normal(rows, m, 1));
  const y = manifold.project(normal(rows, m, 2));
  /** Tangents at `x` whose lengths run from 0 to `reach`. */
  const v = tf.tidy(() => {
    const direction = manifold.tangent(x, normal(rows, m, 3));
    const length = tf.reshape(tf.linspace(0, reach, rows), [rows, 1]);
    const norms = tf.reshape(tf.sqrt(manifold.inner(x, direction, direction)), [rows, 1]);
    // Made tangent again: a direction that was almost normal to the manifold keeps a normal part of 6e-8 / |direction|.
    return tf.mul(manifold.tangent(x, tf.div(direction, norms)), length) as tf.Tensor2D;
  });
  const u = manifold.tangent(x, normal(rows, m, 4));
  const w = manifold.tangent(x, normal(rows, m, 5));
  const gap = (a: tf.Tensor, b: tf.Tensor | number) => largest(tf.sub(a, b));
  const worstDefect = (points: tf.Tensor2D) => Math.max(...(points.arraySync() as number[][]).map(defect));

  it('is tried on points and tangents that differ', () => {
    const spread = (t: tf.Tensor) => Math.min(...(tf.moments(t, 0).variance.arraySync() as number[]));
    for (const t of [x, y, v, u, w]) expect(spread(t)).toBeGreaterThan(0.02);
    expect(largest(v)).toBeGreaterThan(reach / (2 * Math.sqrt(m)));
    expect(defect(Array.from({ length: m }, () => 0.3))).toBeGreaterThan(dim === m ? -1 : 0.01);
  });

  it('has dimensions that agree with its name', () => {
    expect(manifold.dim).toBe(dim);
    expect(manifold.ambientDim).toBe(m);
    expect(manifold.name).toMatch(new RegExp(`^[a-z]+:${dim}$`));
  });

  it('projects onto itself, once and for all', () => {
    expect(worstDefect(x)).toBeLessThan(ROUNDING);
    expect(gap(manifold.project(x), x)).toBeLessThan(ROUNDING);
  });

  it('projects ambient vectors orthogonally onto tangent spaces of its dimension', () => {
    const ambient = normal(rows, m, 6);
    const tangent = manifold.tangent(x, ambient);
    expect(gap(manifold.tangent(x, tangent), tangent)).toBeLessThan(ROUNDING);
    expect(gap(tf.sum(tf.mul(tf.sub(ambient, tangent), u), 1), 0)).toBeLessThan(4 * ROUNDING);
    const trace = tf.tidy(() =>
      tf.addN(
        Array.from({ length: m }, (_, i) => {
          const axis = tf.tile(tf.oneHot(tf.tensor1d([i], 'int32'), m).toFloat(), [rows, 1]) as tf.Tensor2D;
          return tf.sum(tf.mul(axis, manifold.tangent(x, axis)), 1);
        }),
      ),
    );
    expect(gap(trace, dim)).toBeLessThan(ROUNDING);
  });

  it('keeps geodesics on itself', () => {
    expect(worstDefect(manifold.exp(x, v))).toBeLessThan(2 * ROUNDING);
    expect(worstDefect(manifold.exp(x, tf.mul(v, 5) as tf.Tensor2D))).toBeLessThan(8 * ROUNDING);
  });

  it('starts geodesics at x with velocity v', () => {
    const none = tf.zerosLike(v) as tf.Tensor2D;
    expect(gap(manifold.exp(x, none), x)).toBe(0);
    const t = 1 / 64;
    const ahead = manifold.exp(x, tf.mul(v, t) as tf.Tensor2D);
    const behind = manifold.exp(x, tf.mul(v, -t) as tf.Tensor2D);
    // The central difference is off by t²|v|³/6 and by rounding over 2t.
    expect(gap(tf.div(tf.sub(ahead, behind), 2 * t), v)).toBeLessThan((t * t * reach ** 3) / 6 + ROUNDING / t);
  });

  it('inverts exp by log', () => {
    // The last rows come near the cut locus, where log magnifies rounding by up to π / sin(reach).
    expect(gap(manifold.log(x, manifold.exp(x, v)), v)).toBeLessThan(40 * ROUNDING);
    expect(gap(manifold.exp(x, manifold.log(x, y)), y)).toBeLessThan(10 * ROUNDING);
    expect(gap(manifold.log(x, x), 0)).toBe(0);
  });

  it('measures distance along geodesics', () => {
    const lengths = tf.linspace(0, reach, rows);
    expect(gap(manifold.dist(x, manifold.exp(x, v)), lengths)).toBeLessThan(2 * ROUNDING);
    expect(gap(manifold.dist(x, y), manifold.dist(y, x))).toBeLessThan(ROUNDING);
    expect(gap(manifold.dist(x, x), 0)).toBe(0);
    const tiny = manifold.exp(x, tf.mul(v, 1e-3) as tf.Tensor2D);
    // Short distances keep their relative precision: |y − x| is exact to the rounding of y, 6e-8.
    expect(gap(manifold.dist(x, tiny), tf.mul(lengths, 1e-3))).toBeLessThan(3e-7);
  });

  it('transports tangents to tangents and keeps their inner products', () => {
    const end = manifold.exp(x, v);
    const [tu, tw] = [u, w].map((t) => manifold.transport(x, end, t));
    expect(gap(manifold.tangent(end, tu), tu)).toBeLessThan(40 * ROUNDING);
    expect(gap(manifold.inner(end, tu, tw), manifold.inner(x, u, w))).toBeLessThan(100 * ROUNDING);
    expect(largest(manifold.inner(x, u, w))).toBeGreaterThan(0.5);
    // A geodesic carries its own velocity: v arrives as −log_y(x).
    expect(gap(manifold.transport(x, end, v), tf.neg(manifold.log(end, x)))).toBeLessThan(100 * ROUNDING);
  });

  it('draws tangents with the covariance of its metric', () => {
    const n = 40_000;
    const at = (row: tf.Tensor2D) => tf.tile(tf.slice(row, [7, 0], [1, m]), [n, 1]) as tf.Tensor2D;
    const [base, a, b] = [x, u, w].map(at);
    const draws = manifold.tangent(base, normal(n, m, 8));
    const product = tf.mul(manifold.inner(base, draws, a), manifold.inner(base, draws, b));
    const expected = (manifold.inner(base, a, b).arraySync() as number[])[0];
    const { mean, variance } = tf.moments(product);
    const error = Math.sqrt(variance.dataSync()[0] / n);
    expect(error).toBeGreaterThan(0);
    expect(Math.abs(mean.dataSync()[0] - expected)).toBeLessThan(4 * error);
  });

  it('has finite first and second derivatives at degenerate arguments', () => {
    const ray = (s: tf.Tensor) => tf.mul(s, u) as tf.Tensor2D;
    const far = manifold.exp(x, v);
    const verbs: Record<string, (s: tf.Tensor) => tf.Tensor> = {
      exp: (s) => manifold.exp(x, ray(s)),
      'log at x': (s) => manifold.log(x, tf.add(x, ray(s)) as tf.Tensor2D),
      'log at the antipode': (s) => manifold.log(x, tf.add(tf.neg(x), ray(s)) as tf.Tensor2D),
      'transport to x': (s) => manifold.transport(x, tf.add(x, ray(s)) as tf.Tensor2D, w),
      'transport to the antipode': (s) => manifold.transport(x, tf.sub(ray(s), x) as tf.Tensor2D, w),
      dist: (s) => manifold.dist(x, tf.add(x, ray(s)) as tf.Tensor2D),
      'dist to the antipode': (s) => manifold.dist(x, tf.sub(ray(s), x) as tf.Tensor2D),
      project: (s) => manifold.project(tf.add(far, ray(s)) as tf.Tensor2D),
    };
    const zero = tf.zeros([rows, 1]);
    for (const [name, verb] of Object.entries(verbs)) {
      // s² keeps tfjs from refusing verbs that are constant or linear in s.
      const first = tf.grad((s: tf.Tensor) => tf.add(tf.sum(verb(s)), tf.sum(tf.square(s))));
      for (const derivative of [first(zero), tf.grad((s: tf.Tensor) => tf.sum(first(s)))(zero)]) {
        expect({ name, finite: tf.all(tf.isFinite(derivative)).dataSync()[0] }).toEqual({ name, finite: 1 });
      }
    }
  });

  const law = manifold.logVolume === null ? 'spreads Brownian motion by 2 dim · t' : 'keeps the uniform law under its Langevin chain';
  it(law, async () => {
    const n = 4000;
    const start = manifold.fromGaussian(normal(n, m, 9));
    const flat = (points: tf.Tensor2D) => tf.mul(tf.sum(points, 1), 0) as tf.Tensor1D;
    const [steps, stepSize] = [12, 0.1];
    const end = await sample(riemannianLangevin(manifold), flat, start, { steps, stepSize, seed: 10 });
    expect(largest(tf.sub(end, start))).toBeGreaterThan(0.5);
    if (manifold.logVolume === null) {
      const spread = tf.mean(tf.square(tf.sub(end, start))).dataSync()[0];
      // Each coordinate's increment is N(0, 2t); a variance of n·m draws has the relative error √(2/(n m)).
      const t = steps * stepSize;
      expect(Math.abs(spread - 2 * t)).toBeLessThan(4 * 2 * t * Math.sqrt(2 / (n * m)));
      return;
    }
    for (const points of [start, end]) {
      const mean = tf.mean(points, 0).arraySync() as number[];
      const second = tf.div(tf.matMul(points, points, true), n).arraySync() as number[][];
      // Uniform on S^(m−1): E y = 0, E yyᵀ = I/m; entries deviate by at most 1/√(m n).
      for (let i = 0; i < m; i++) {
        expect(Math.abs(mean[i])).toBeLessThan(4.5 / Math.sqrt(m * n));
        for (let j = 0; j < m; j++) expect(Math.abs(second[i][j] - (i === j ? 1 / m : 0))).toBeLessThan(4.5 / Math.sqrt(m * n));
      }
    }
  });
}

/** Runs the laws over every case. */
export const describeManifolds = (cases: readonly ManifoldCase[]): void =>
  describe.each(cases.map((one) => ({ name: one.manifold.name, one })))('$name', ({ one }) => manifoldLaws(one));
