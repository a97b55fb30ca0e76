import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkPoints } from '../../../plugin/manifolds/checkPoints.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { parseManifold } from '../../../plugin/manifolds/parseManifold.ts';
import { product } from '../../../plugin/manifolds/product.ts';
import { smooth } from '../../../plugin/manifolds/smooth.ts';
import { spd } from '../../../plugin/manifolds/spd.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { stiefel } from '../../../plugin/manifolds/stiefel.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest } from '../../support/arrays.ts';

describe('parseManifold', () => {
  const names = [
    'sphere:1',
    'sphere:2',
    'euclidean:3',
    'euclidean',
    'torus:2',
    'hyperbolic:3',
    'poincare:2',
    'so3',
    'simplex:4',
    'stiefel:5,2',
    'spd:3',
  ];
  it.each([
    ...names,
    'product(sphere:2,euclidean:1)',
    'product(product(so3),torus:2,product(sphere:1,simplex:2))',
    'product(stiefel:4,3,so3,stiefel:5,2)',
  ])('reads back the name %s', (name) => {
    expect(parseManifold(name).name).toBe(name);
    expect(parseManifold(` ${name}\n`).name).toBe(name);
  });

  it('takes spaces between the factors of a product', () => {
    expect(parseManifold('product ( sphere:2, product(torus:1 , so3) )').name).toBe('product(sphere:2,product(torus:1,so3))');
  });

  it('keeps the dimension', () => {
    expect([parseManifold('sphere:2').dim, parseManifold('sphere:2').ambientDim]).toEqual([2, 3]);
    expect([parseManifold('euclidean:3').dim, parseManifold('euclidean').dim]).toEqual([3, null]);
    expect([parseManifold('torus:3').dim, parseManifold('torus:3').ambientDim]).toEqual([3, 6]);
    const { dim, ambientDim } = parseManifold('product(so3,hyperbolic:2)');
    expect([dim, ambientDim]).toEqual([5, 12]);
  });

  it.each(['klein:2', '', 'Sphere:2', 'constructor', ':2', 'product(sphere:2,disc:1)'])(
    'names the known manifolds where %j is unknown',
    (name) => {
      const known =
        'euclidean:3, sphere:2, torus:2, hyperbolic:2, poincare:2, so3, simplex:2, stiefel:3,2, spd:2, product(sphere:2,euclidean:1)';
      expect(() => parseManifold(name)).toThrow(
        new RegExp(`^Unknown manifold ".*"\\. Known, with a dimension of your choice: ${known.replaceAll(/[()]/g, '\\$&')}\\.$`),
      );
    },
  );

  it.each([
    'sphere',
    'sphere:',
    'sphere:0',
    'sphere:-1',
    'sphere:2.5',
    'sphere:two',
    'euclidean:0',
    'sphere:2:3',
    'torus',
    'simplex:0',
    'sphere:2,1',
    'euclidean:2,1',
    'spd',
  ])('wants a dimension in %j', (name) => {
    expect(() => parseManifold(name)).toThrow(/expected a dimension of at least 1 after the colon, as in (euclidean:3|\w+:2)\.$/);
  });

  it('takes spaces in the sizes of a Stiefel manifold, and wants two that fit', () => {
    expect(parseManifold('product(stiefel:4, 2, sphere:1)').name).toBe('product(stiefel:4,2,sphere:1)');
    for (const name of ['stiefel', 'stiefel:3', 'stiefel:3,', 'stiefel:2,3', 'stiefel:3,3', 'stiefel:3,0', 'stiefel:4,3,2']) {
      const message = `Manifold "${name}": expected two sizes n > p of at least 1 after the colon, as in stiefel:3,2.`;
      expect(() => parseManifold(name)).toThrow(message);
    }
  });

  it('wants none after so3', () => {
    expect(() => parseManifold('so3:3')).toThrow('Manifold "so3:3": expected no dimension, as in so3.');
  });

  it.each(['product', 'product:2', 'product(sphere:2', 'product(sphere:2))', 'product(sphere:2),torus:1)(so3)'])(
    'wants brackets that match in %j',
    (name) => {
      expect(() => parseManifold(name)).toThrow(
        `Manifold "${name}": expected manifolds between brackets, as in product(sphere:2,euclidean:1).`,
      );
    },
  );

  it('wants factors of a known dimension', () => {
    expect(() => parseManifold('product(sphere:2,euclidean)')).toThrow(/product: euclidean does not say how many columns its points have/);
    expect(() => product()).toThrow(/expected at least one manifold/);
  });
});

describe('checkPoints', () => {
  const check = (rows: number[][]) => () => checkPoints(sphere(2), tf.tensor2d(rows), 'fit(x)');
  const good = [0.6, 0, 0.8];

  it('takes points of the manifold, rounded a little, and leaves no tensors', () => {
    const points = tf.tensor2d([good, [0.6, 0, 0.8004]]);
    const before = tf.memory().numTensors;
    checkPoints(sphere(2), points, 'fit(x)');
    expect(tf.memory().numTensors).toBe(before);
    checkPoints(euclidean(), tf.tensor2d([[1e6, -3]]), 'fit(x)');
  });

  it('names the first row off the manifold, its distance, and the remedy', () => {
    expect(check([good, [0, 0, 2], [0, 0.5, 0]])).toThrow(
      'fit(x): row 1, [0, 0, 2], lies 1.00 away from sphere:2 (allowed: 0.001; 2 of 3 rows are further). Project the points first: manifold.project(x).',
    );
  });

  it('knows frames and positive matrices', () => {
    const frame = tf.tensor2d([[0.6, 0, 0.8, 0, 0, 1]]);
    checkPoints(stiefel(3, 2), frame, 'x');
    expect(() => checkPoints(stiefel(3, 2), tf.add(frame, [0, 0.1, 0, 0, 0, 0]), 'x')).toThrow(/^x: row 0, .* away from stiefel:3,2/);
    checkPoints(spd(2), tf.tensor2d([[2, 1, 1, 1]]), 'x');
    expect(() => checkPoints(spd(2), tf.tensor2d([[1, 2, 2, 1]]), 'x')).toThrow(/^x: row 0, .*, lies 1.00 away from spd:2/);
    expect(() => checkPoints(spd(2), tf.tensor2d([[2, 1, 0, 1]]), 'x')).toThrow(/lies 0.707 away/);
  });

  it('names the first value that is not finite', () => {
    expect(check([good, [0, Number.NaN, 1]])).toThrow(/^fit\(x\): row 1 is \[0, NaN, 1\], and column 1 is not a finite number\./);
    expect(() => checkPoints(euclidean(), tf.tensor2d([[1, 2, 3, 4, 5, 6, Number.NEGATIVE_INFINITY]]), 'x')).toThrow(
      /\[1, 2, 3, 4, 5, 6, …\]/,
    );
  });

  it('wants rows of the right length', () => {
    expect(check([[1, 0]])).toThrow('fit(x): expected points of sphere:2 as rows, [batch, 3] with batch ≥ 1; got [1, 2].');
    expect(() => checkPoints(euclidean(), tf.tensor1d([1]), 'x')).toThrow(/points of euclidean as rows, \[batch, m\]/);
    expect(() => checkPoints(euclidean(), tf.zeros([0, 2]), 'x')).toThrow(/batch ≥ 1; got \[0, 2\]/);
  });
});

describe('euclidean', () => {
  it('refuses dimensions that are not positive integers', () => {
    for (const d of [0, 2.5]) expect(() => euclidean(d)).toThrow(/euclidean\(.*\): the dimension must be an integer of at least 1/);
  });
});

describe('smooth', () => {
  it('moves points by σ in each tangent coordinate, along the manifold', () => {
    const n = 20_000;
    const x = tf.tile(tf.tensor2d([[0.6, 0, 0.8]]), [n, 1]) as tf.Tensor2D;
    const noise = drawNoise(gaussian(), [n, 3], randomStream(1)) as tf.Tensor2D;
    const y = smooth(sphere(2), x, 0.05, noise);
    expect(largest(tf.sub(tf.norm(y, 2, 1), 1))).toBeLessThan(1e-6);
    // Squared distance of a 2-dimensional normal step: 2σ², with the relative standard error 1/√n.
    const mean = tf.mean(tf.square(sphere(2).dist(x, y))).dataSync()[0];
    expect(Math.abs(mean / (2 * 0.05 ** 2) - 1)).toBeLessThan(4 / Math.sqrt(n));
    expect(largest(tf.sub(smooth(sphere(2), x, 0, noise), x))).toBe(0);
  });
});
