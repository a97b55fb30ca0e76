import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../plugin/dynamics/chain.ts';
import { riemannianLangevin } from '../../plugin/dynamics/riemannianLangevin.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { randomTangent, riemannianGradient } from '../../plugin/manifolds/metric.ts';
import { parseManifold } from '../../plugin/manifolds/parseManifold.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { randomStream } from '../../random/stream.ts';
import { largest } from '../support/arrays.ts';

/** E y and E yyᵀ of the uniform law, by arithmetic on paper. */
export interface Uniform {
  mean(i: number): number;
  second(i: number, j: number): number;
}

/** Where the volume is infinite: a quantity `[rows]` of the chain of a constant energy, from `fromGaussian`, whose mean is 0. */
export interface Brownian {
  readonly steps: number;
  readonly stepSize: number;
  residual(start: tf.Tensor2D, end: tf.Tensor2D): tf.Tensor;
}

export interface ManifoldCase {
  readonly manifold: Manifold;
  /** Columns m of the points to try. */
  readonly ambientDim: number;
  readonly dim: number;
  /** How far a point is from satisfying the manifold's equation, relative to the size of its entries, worked out without the manifold's own verbs. */
  defect(point: readonly number[]): number;
  /** Geodesics of this length from `points` are still the only shortest ones. */
  readonly reach: number;
  readonly law: Uniform | Brownian;
  /** The points to try, from ambient normal rows. Default: `fromGaussian`. */
  points?(noise: tf.Tensor2D): tf.Tensor2D;
  /** A point of each point's cut locus; absent where there is none. */
  antipode?(x: tf.Tensor2D): tf.Tensor2D;
  /** `log` and `transport` are stated for points up to `reach` apart only. Default false. */
  readonly local?: boolean;
  /** How many points are tried. Default 200. */
  readonly rows?: number;
  /** False: the pole ladder is not exact here. Default true. */
  readonly symmetric?: boolean;
  /** Standing still moves points by the rounding of a factorisation. Default false: not at all. */
  readonly factored?: boolean;
  /** How much larger than 1 coordinates, and tangents of unit length, become here: errors grow as much. Default 1. */
  readonly size?: number;
}

/** Ambient standard normal rows `[rows, m]`. */
const normal = (rows: number, m: number, seed: number) => drawNoise(gaussian(), [rows, m], randomStream(seed)) as tf.Tensor2D;

/** Rounding of one verb on coordinates of order 1 to 4: a few units of float32's 6e-8, over sums of up to 8 terms. */
const FLOAT = 4e-6;

/** Every manifold passes these. Theory: each verb's defining equation, on random points, in the manifold's own metric. */
export function manifoldLaws(one: ManifoldCase): void {
  const { manifold, ambientDim: m, dim, defect, reach, law, antipode, size = 1, rows = 200 } = one;
  const ROUNDING = FLOAT * size;
  const points = one.points ?? manifold.fromGaussian;
  const x = points(normal(rows, m, 1));
  const tangent = (at: tf.Tensor2D, seed: number) => randomTangent(manifold, at, normal(rows, m, seed));
  /** Tangents at `x` whose lengths run from 0 to `reach`. */
  const tangentsOfAllLengths = (seed: number) =>
    tf.tidy(() => {
      const direction = tangent(x, seed);
      const length = tf.reshape(tf.linspace(0, reach, rows), [rows, 1]);
      const norms = tf.reshape(tf.sqrt(manifold.inner(x, direction, direction)), [rows, 1]);
      // Made tangent again: a direction that was almost normal to the manifold keeps a normal part of 6e-8 / |direction|.
      return tf.mul(manifold.tangent(x, tf.div(direction, norms)), length) as tf.Tensor2D;
    });
  const v = tangentsOfAllLengths(3);
  const y = one.local ? manifold.exp(x, tangentsOfAllLengths(2)) : points(normal(rows, m, 2));
  const u = tangent(x, 4);
  const w = tangent(x, 5);
  const gap = (a: tf.Tensor, b: tf.Tensor | number) => largest(tf.sub(a, b));
  const worstDefect = (rowsOf: tf.Tensor2D) => Math.max(...(rowsOf.arraySync() as number[][]).map(defect));

  it('is tried on points and tangents that differ', () => {
    const spread = (t: tf.Tensor) => Math.min(...(tf.moments(t, 0).variance.arraySync() as number[]));
    for (const t of [x, y, v, u, w]) expect(spread(t)).toBeGreaterThan(1e-3);
    expect(gap(manifold.inner(x, v, v), tf.square(tf.linspace(0, reach, rows)))).toBeLessThan(20 * ROUNDING);
    expect(defect(Array.from({ length: m }, () => 0.3))).toBeGreaterThan(dim === m ? -1 : 0.01);
  });

  it('has dimensions, and a name that reads back', () => {
    expect(manifold.dim).toBe(dim);
    expect(manifold.ambientDim).toBe(m);
    const read = parseManifold(manifold.name);
    expect([read.name, read.dim, read.ambientDim, read.logVolume]).toEqual([manifold.name, dim, m, manifold.logVolume]);
  });

  it('projects onto itself, once and for all', () => {
    expect(worstDefect(x)).toBeLessThan(ROUNDING);
    expect(gap(manifold.project(x), x)).toBeLessThan(ROUNDING);
    expect(worstDefect(manifold.project(normal(rows, m, 11)))).toBeLessThan(ROUNDING);
  });

  const ambient = normal(rows, m, 6);

  it('projects ambient vectors onto tangent spaces of its dimension', () => {
    const projected = manifold.tangent(x, ambient);
    expect(gap(manifold.tangent(x, projected), projected)).toBeLessThan(4 * ROUNDING);
    expect(gap(manifold.tangent(x, u), u)).toBeLessThan(4 * ROUNDING);
    const trace = tf.tidy(() =>
      tf.addN(
        Array.from({ length: m }, (_, i) => {
          const axis = tf.tile(tf.oneHot(tf.tensor1d([i], 'int32'), m).toFloat(), [rows, 1]) as tf.Tensor2D;
          return tf.sum(tf.mul(axis, manifold.tangent(x, axis)), 1);
        }),
      ),
    );
    expect(gap(trace, dim)).toBeLessThan(4 * ROUNDING);
  });

  it('has gradients that are tangents, and whose inner products with tangents are slopes', () => {
    const gradient = riemannianGradient(manifold, x, ambient);
    const scale = Math.max(1, largest(gradient));
    expect(gap(manifold.tangent(x, gradient), gradient)).toBeLessThan(4 * ROUNDING * scale);
    for (const t of [u, v]) {
      const slope = tf.sum(tf.mul(ambient, t), 1);
      expect(largest(slope)).toBeGreaterThan(0.3);
      expect(gap(manifold.inner(x, gradient, t), slope)).toBeLessThan(4 * ROUNDING * scale);
    }
  });

  it('keeps geodesics on itself', () => {
    expect(worstDefect(manifold.exp(x, v))).toBeLessThan(2 * ROUNDING);
    expect(worstDefect(manifold.exp(x, tf.mul(v, 5) as tf.Tensor2D))).toBeLessThan(8 * ROUNDING);
  });

  it('starts geodesics at x with velocity v', () => {
    const none = tf.zerosLike(v) as tf.Tensor2D;
    expect(gap(manifold.exp(x, none), x)).toBeLessThanOrEqual(one.factored ? ROUNDING / 4 : 0);
    const t = 1 / 64;
    const ahead = manifold.exp(x, tf.mul(v, t) as tf.Tensor2D);
    const behind = manifold.exp(x, tf.mul(v, -t) as tf.Tensor2D);
    // The central difference is off by t²|v|³/6 and by rounding over 2t.
    expect(gap(tf.div(tf.sub(ahead, behind), 2 * t), v)).toBeLessThan((size * (t * t * reach ** 3)) / 6 + ROUNDING / t);
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
    expect(gap(manifold.dist(x, tiny), tf.mul(lengths, 1e-3))).toBeLessThan(3e-7 * size);
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

  (one.symmetric === false ? it.skip : it)('transports as the pole ladder does, which is exact on symmetric spaces (Pennec 2018)', () => {
    const short = tf.tidy(() => tf.mul(tf.div(u, tf.reshape(tf.sqrt(manifold.inner(x, u, u)), [rows, 1])), 0.2) as tf.Tensor2D);
    const half = tf.mul(v, 0.5) as tf.Tensor2D;
    const end = manifold.exp(x, half);
    const middle = manifold.exp(x, tf.mul(half, 0.5) as tf.Tensor2D);
    // The point at the tip of the tangent, reflected in the middle of the way, is the tip of its transport's negative.
    const tip = manifold.exp(x, short);
    const reflected = manifold.exp(middle, tf.neg(manifold.log(middle, tip)) as tf.Tensor2D);
    expect(gap(tf.neg(manifold.log(end, reflected)), manifold.transport(x, end, short))).toBeLessThan(20 * ROUNDING);
  });

  it('draws tangents with the covariance of its metric, linear in the noise', () => {
    const n = 5000;
    const at = (row: tf.Tensor2D) => tf.tile(tf.slice(row, [7, 0], [1, m]), [n, 1]) as tf.Tensor2D;
    const [base, a, b] = [x, u, w].map(at);
    const draws = randomTangent(manifold, base, normal(n, m, 8));
    for (const [one, other] of [
      [a, b],
      [a, a],
    ]) {
      const product = tf.mul(manifold.inner(base, draws, one), manifold.inner(base, draws, other));
      const expected = (manifold.inner(base, one, other).arraySync() as number[])[0];
      const { mean, variance } = tf.moments(product);
      const error = Math.sqrt(variance.dataSync()[0] / n);
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(mean.dataSync()[0] - expected)).toBeLessThan(4 * error);
    }
    const [first, second] = [normal(rows, m, 12), normal(rows, m, 13)];
    const mixed = randomTangent(manifold, x, tf.sub(first, tf.mul(2, second)) as tf.Tensor2D);
    const apart = tf.sub(randomTangent(manifold, x, first), tf.mul(2, randomTangent(manifold, x, second)));
    expect(gap(mixed, apart)).toBeLessThan(4 * ROUNDING);
  });

  it('has finite first and second derivatives at degenerate arguments', () => {
    const ray = (s: tf.Tensor) => tf.mul(s, u) as tf.Tensor2D;
    const far = manifold.exp(x, v);
    const to = (base: tf.Tensor2D) => (s: tf.Tensor) => manifold.exp(base, manifold.tangent(base, ray(s)));
    const [near, across] = [to(x), antipode === undefined ? null : to(antipode(x))];
    const verbs: Record<string, (s: tf.Tensor) => tf.Tensor> = {
      exp: (s) => manifold.exp(x, ray(s)),
      'log at x': (s) => manifold.log(x, tf.add(x, ray(s)) as tf.Tensor2D),
      'log near x': (s) => manifold.log(x, near(s)),
      'transport to x': (s) => manifold.transport(x, tf.add(x, ray(s)) as tf.Tensor2D, w),
      dist: (s) => manifold.dist(x, tf.add(x, ray(s)) as tf.Tensor2D),
      'dist near x': (s) => manifold.dist(x, near(s)),
      project: (s) => manifold.project(tf.add(far, ray(s)) as tf.Tensor2D),
      gradient: (s) => riemannianGradient(manifold, near(s), ambient),
      randomTangent: (s) => randomTangent(manifold, near(s), ambient),
      ...(across !== null && {
        'log at the cut locus': (s) => manifold.log(x, across(s)),
        'transport to the cut locus': (s) => manifold.transport(x, across(s), w),
        'dist to the cut locus': (s) => manifold.dist(x, across(s)),
      }),
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

  it('leaves no tensors behind', () => {
    const made: Record<string, () => tf.Tensor> = {
      project: () => manifold.project(y),
      tangent: () => manifold.tangent(x, ambient),
      gradient: () => riemannianGradient(manifold, x, ambient),
      randomTangent: () => randomTangent(manifold, x, ambient),
      exp: () => manifold.exp(x, v),
      log: () => manifold.log(x, y),
      transport: () => manifold.transport(x, y, u),
      inner: () => manifold.inner(x, u, v),
      dist: () => manifold.dist(x, y),
      fromGaussian: () => manifold.fromGaussian(ambient),
    };
    for (const [name, verb] of Object.entries(made)) {
      const before = tf.memory().numTensors;
      verb().dispose();
      expect({ name, left: tf.memory().numTensors - before }).toEqual({ name, left: 0 });
    }
  });

  const uniform = 'mean' in law;
  it(uniform ? 'keeps the uniform law under its Langevin chain' : 'moves Brownian motion as its Laplacian says', async () => {
    expect(uniform).toBe(manifold.logVolume !== null);
    const n = 2000;
    const start = manifold.fromGaussian(normal(n, m, 9));
    const flat = (rowsOf: tf.Tensor2D) => tf.mul(tf.sum(rowsOf, 1), 0) as tf.Tensor1D;
    const { steps, stepSize } = uniform ? { steps: 12, stepSize: 0.1 } : law;
    const end = await sample(riemannianLangevin(manifold), flat, start, { steps, stepSize, seed: 10 });
    expect(largest(tf.sub(end, start))).toBeGreaterThan(0.5);
    // Means of n independent rows, against 4.5 of their own standard errors; the floor is for what does not vary.
    const deviates = (values: tf.Tensor, expected: number) => {
      const { mean, variance } = tf.moments(values);
      const off = Math.abs(mean.dataSync()[0] - expected) / (4.5 * Math.sqrt(variance.dataSync()[0] / n) + ROUNDING);
      expect(off).toBeLessThan(1);
    };
    if (!uniform) {
      deviates(law.residual(start, end), 0);
      return;
    }
    const column = (t: tf.Tensor2D, i: number) => tf.slice(t, [0, i], [-1, 1]);
    for (const sampled of [start, end]) {
      for (let i = 0; i < m; i++) {
        deviates(column(sampled, i), law.mean(i));
        for (let j = 0; j <= i; j++) deviates(tf.mul(column(sampled, i), column(sampled, j)), law.second(i, j));
      }
    }
  });
}

/** Runs the laws over every case. */
export const describeManifolds = (cases: readonly ManifoldCase[]): void =>
  describe.each(cases.map((one) => ({ name: one.manifold.name, one })))('$name', ({ one }) => manifoldLaws(one));
