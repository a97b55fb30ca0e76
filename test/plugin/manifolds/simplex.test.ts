import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { largest, numbers } from '../../support/arrays.ts';

const manifold = simplex(2);
/** Three inner points, a point of an edge and a corner. */
const points = tf.tensor2d([
  [0.2, 0.3, 0.5],
  [0.98, 0.01, 0.01],
  [0.4, 0.6, 1e-12],
  [0.3, 0.7, 0],
  [0, 1, 0],
]);

describe('the boundary of the simplex', () => {
  it('reflects geodesics: p is a quarter of y² on the whole sphere', () => {
    const [p0, angle] = [0.2, 2.5];
    const p = tf.tensor2d([[p0, 1 - p0]]);
    const start = Math.acos(Math.sqrt(p0));
    // On simplex(1), y = 2 (cos t, sin t), of speed 2 dt.
    const v = tf.tensor2d([[-2 * Math.cos(start) * Math.sin(start) * angle, 2 * Math.cos(start) * Math.sin(start) * angle]]);
    const end = numbers(simplex(1).exp(p, v));
    expect(end[0]).toBeCloseTo(Math.cos(start + angle) ** 2, 6);
    expect(end[1]).toBeCloseTo(Math.sin(start + angle) ** 2, 6);
  });

  it('has distances and finite verbs, to the second derivative', () => {
    expect(numbers(manifold.dist(tf.tensor2d([[1, 0, 0]]), tf.tensor2d([[0, 1, 0]])))[0]).toBeCloseTo(Math.PI, 6);
    const other = tf.tile(tf.tensor2d([[0, 0.5, 0.5]]), [5, 1]) as tf.Tensor2D;
    const noise = tf.tensor2d(Array.from({ length: 5 }, () => [0.4, -1.2, 0.7]));
    const v = manifold.randomTangent!(points, noise);
    const moved = (s: tf.Tensor) => tf.add(points, tf.mul(s, tf.sub(1 / 3, points))) as tf.Tensor2D;
    const verbs: Record<string, (s: tf.Tensor) => tf.Tensor> = {
      exp: (s) => manifold.exp(moved(s), tf.mul(tf.add(1, s), v) as tf.Tensor2D),
      log: (s) => manifold.log(moved(s), other),
      'log to it': (s) => manifold.log(other, moved(s)),
      dist: (s) => manifold.dist(moved(s), other),
      transport: (s) => manifold.transport(moved(s), other, v),
      inner: (s) => manifold.inner(moved(s), v, v),
      randomTangent: (s) => manifold.randomTangent!(moved(s), noise),
      step: (s) => riemannianLangevin(manifold).step((x) => tf.sum(tf.square(x), 1), moved(s), 0.1, noise).next,
    };
    for (const [name, verb] of Object.entries(verbs)) {
      const first = tf.grad((s: tf.Tensor) => tf.add(tf.sum(verb(s)), tf.sum(tf.square(s))));
      const second = tf.grad((s: tf.Tensor) => tf.sum(first(s)));
      for (const t of [verb(tf.zeros([5, 1])), first(tf.zeros([5, 1])), second(tf.zeros([5, 1]))]) {
        expect({ name, finite: tf.all(tf.isFinite(t)).dataSync()[0] }).toEqual({ name, finite: 1 });
      }
    }
  });

  it('keeps what is 0 at 0', () => {
    const noise = tf.ones([5, 3]) as tf.Tensor2D;
    const end = manifold.exp(points, manifold.randomTangent!(points, tf.mul(noise, tf.tensor1d([1, -1, 2])) as tf.Tensor2D));
    expect(numbers(tf.slice(end, [3, 2], [1, 1]))).toEqual([0]);
    expect(numbers(tf.slice(end, [4, 0], [1, 3]))).toEqual([0, 1, 0]);
    expect(largest(tf.sub(tf.sum(end, 1), 1))).toBeLessThan(1e-6);
    // Vectors that are no tangents of the face too.
    expect(numbers(manifold.exp(tf.tensor2d([[0.3, 0.7, 0]]), tf.tensor2d([[0.1, -0.3, 0.2]])))[2]).toBe(0);
    expect(numbers(manifold.inner(tf.tensor2d([[0.5, 0.5, 0]]), tf.tensor2d([[0, 0, 1]]), tf.tensor2d([[0, 0, 1]])))).toEqual([0]);
  });
});

it('projects by clipping and scaling, and nothing onto the middle', () => {
  const found = manifold.project(
    tf.tensor2d([
      [-1, 1, 3],
      [-1, 0, -2],
    ]),
  );
  expect(numbers(found).map((v) => Number(v.toFixed(6)))).toEqual([0, 0.25, 0.75, 0.333333, 0.333333, 0.333333]);
});

it('has the volume of an eighth of the sphere of radius 2, and π on the line', () => {
  expect(manifold.logVolume).toBeCloseTo(Math.log((4 * Math.PI * 4) / 8), 12);
  expect(simplex(1).logVolume).toBeCloseTo(Math.log(Math.PI), 12);
});
