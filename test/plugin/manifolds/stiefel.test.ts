import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { randomTangent, riemannianGradient } from '../../../plugin/manifolds/metric.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { stiefel } from '../../../plugin/manifolds/stiefel.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';

const normal = (rows: number, m: number, seed: number) => drawNoise(gaussian(), [rows, m], randomStream(seed)) as tf.Tensor2D;
const gap = (a: tf.Tensor, b: tf.Tensor) => largest(tf.sub(a, b));

/** Points, others at distances up to `reach`, and tangents. */
function setting(manifold: ReturnType<typeof stiefel>, rows: number, reach: number) {
  const m = manifold.ambientDim as number;
  const x = manifold.fromGaussian(normal(rows, m, 1));
  const [direction, u] = [2, 3].map((seed) => randomTangent(manifold, x, normal(rows, m, seed)));
  const norms = tf.reshape(tf.sqrt(manifold.inner(x, direction, direction)), [rows, 1]);
  const lengths = tf.reshape(tf.linspace(0, reach, rows), [rows, 1]);
  const v = tf.mul(tf.div(direction, norms), lengths) as tf.Tensor2D;
  return { x, y: manifold.exp(x, v), v, u, g: normal(rows, m, 4) };
}

// Float32, over some dozens of matrix products.
const CLOSE = 2e-5;

it('is the sphere for p = 1', () => {
  const [one, other] = [stiefel(4, 1), sphere(3)];
  const { x, y, v, u, g } = setting(one, 20, 2.4);
  expect([one.dim, one.logVolume]).toEqual([other.dim, other.logVolume]);
  expect(gap(one.exp(x, v), other.exp(x, v))).toBeLessThan(CLOSE);
  expect(gap(one.log(x, y), other.log(x, y))).toBeLessThan(CLOSE);
  expect(gap(one.dist(x, y), other.dist(x, y))).toBeLessThan(CLOSE);
  expect(gap(one.transport(x, y, u), other.transport(x, y, u))).toBeLessThan(CLOSE);
  expect(gap(one.inner(x, u, v), other.inner(x, u, v))).toBeLessThan(CLOSE);
  expect(gap(one.project(g), other.project(g))).toBeLessThan(CLOSE);
  expect(gap(riemannianGradient(one, x, g), other.tangent(x, g))).toBeLessThan(CLOSE);
});

it('is so3 for n = 3 and p = 2, the third axis being the cross product of two', () => {
  const [frames, rotations] = [stiefel(3, 2), so3()];
  const rows = 20;
  const { x, y, v, u } = setting(rotations, rows, 2.4);
  const two = (r: tf.Tensor2D) => tf.reshape(tf.slice(tf.reshape(r, [-1, 3, 3]), [0, 0, 0], [-1, 3, 2]), [-1, 6]) as tf.Tensor2D;
  expect([frames.dim, frames.logVolume]).toEqual([3, expect.closeTo(rotations.logVolume as number, 12)]);
  expect(gap(frames.exp(two(x), two(v)), two(y))).toBeLessThan(CLOSE);
  expect(gap(frames.log(two(x), two(y)), two(rotations.log(x, y)))).toBeLessThan(CLOSE);
  expect(gap(frames.dist(two(x), two(y)), rotations.dist(x, y))).toBeLessThan(CLOSE);
  expect(gap(frames.inner(two(x), two(u), two(v)), rotations.inner(x, u, v))).toBeLessThan(CLOSE);
  expect(gap(frames.transport(two(x), two(y), two(u)), two(rotations.transport(x, y, u)))).toBeLessThan(CLOSE);
});

describe.each([
  [5, 2],
  [6, 3],
])('log on stiefel(%d, %d)', (n, p) => {
  const manifold = stiefel(n, p);
  const { x, y, v, u } = setting(manifold, 30, 2.5);

  it('inverts exp up to the radius that is stated, and is finite beyond', () => {
    expect(manifold.injectivityRadius).toBe(2.5);
    expect(gap(manifold.log(x, y), v)).toBeLessThan(2e-4);
    const far = manifold.fromGaussian(normal(30, n * p, 9));
    for (const z of [far, tf.neg(x) as tf.Tensor2D]) expect(largest(manifold.log(x, z))).toBeLessThan(10);
  });

  it('is minus the gradient of half the square of the distance', () => {
    const half = (z: tf.Tensor) => tf.div(tf.sum(tf.square(manifold.dist(x, z as tf.Tensor2D))), 2) as tf.Scalar;
    const near = manifold.exp(x, tf.mul(0.8, v) as tf.Tensor2D);
    const slope = riemannianGradient(manifold, near, tf.grad(half)(near) as tf.Tensor2D);
    expect(gap(slope, tf.neg(manifold.log(near, x)))).toBeLessThan(1e-4);
  });

  it('has the second derivative |u|² of it at the point itself', () => {
    const square = (s: tf.Tensor) => {
      const moved = manifold.log(x, manifold.exp(x, tf.mul(s, u) as tf.Tensor2D));
      return tf.div(tf.sum(manifold.inner(x, moved, moved)), 2) as tf.Scalar;
    };
    const first = tf.grad(square);
    const second = tf.grad((s: tf.Tensor) => tf.sum(first(s)) as tf.Scalar)(tf.zeros([30, 1]));
    expect(gap(tf.squeeze(second, [1]), manifold.inner(x, u, u))).toBeLessThan(1e-4);
  });
});

describe('the polar factor', () => {
  it('is the nearest frame: YᵀA is symmetric and positive', () => {
    const manifold = stiefel(4, 2);
    const a = normal(500, 8, 5);
    const matrices = (x: tf.Tensor2D) => tf.reshape(x, [-1, 4, 2]) as tf.Tensor3D;
    const y = manifold.project(a);
    const product = tf.matMul(matrices(y), matrices(a), true).arraySync() as number[][][];
    for (const [[k, l], [m, q]] of product) {
      expect(Math.abs(l - m)).toBeLessThan(1e-5);
      expect(Math.min(k, q, k * q - l * m)).toBeGreaterThan(0);
    }
  });

  it('is found where one singular value is 10⁵ times the other, and of nothing is I', () => {
    const manifold = stiefel(3, 2);
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    // (e₁, e₂) diag(1, 1e-5) times a turn: the factor is the turn.
    const found = manifold.project(
      tf.tensor2d([
        [c, -s, 1e-5 * s, 1e-5 * c, 0, 0],
        [0, 0, 0, 0, 0, 0],
      ]),
    );
    const expected = [c, -s, s, c, 0, 0, 1, 0, 0, 1, 0, 0];
    // Rounding of the entries, 6e-8, beside the smaller singular value.
    for (const [i, value] of numbers(found).entries()) expect(Math.abs(value - expected[i])).toBeLessThan(6e-3);
  });
});

it('has the volume 16π⁴/3 for n = 5 and p = 2', () => {
  expect(stiefel(5, 2).logVolume).toBeCloseTo(Math.log((16 * Math.PI ** 4) / 3), 12);
});

it('refuses sizes that make no connected manifold', () => {
  for (const [n, p] of [
    [2, 3],
    [3, 0],
    [2.5, 1],
  ]) {
    expect(() => stiefel(n, p)).toThrow(`stiefel(${n}, ${p}): expected integers n > p ≥ 1, p orthonormal vectors of R^n.`);
  }
  expect(() => stiefel(3, 3)).toThrow(/in two pieces: so3\(\) has the rotations of space\.$/);
});
