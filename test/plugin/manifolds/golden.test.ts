import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { parseManifold } from '../../../plugin/manifolds/parseManifold.ts';
import { largest } from '../../support/arrays.ts';

const keys = ['x', 'y', 'v', 'u', 'exp', 'log', 'dist', 'inner', 'transport'] as const;
type Case = { readonly manifold: string } & Readonly<Record<(typeof keys)[number], number[][]>>;

/** Made by test/golden/manifolds.py with geomstats in double precision. */
const { cases } = JSON.parse(readFileSync('test/golden/manifolds.json', 'utf8')) as { cases: readonly Case[] };

it('has every kind of manifold', () => {
  expect(cases.map(({ manifold }) => manifold.replace(/[:(].*/s, ''))).toEqual([
    'sphere',
    'torus',
    'product',
    'hyperbolic',
    'poincare',
    'so3',
    'simplex',
    'stiefel',
    'stiefel',
    'spd',
    'spd',
  ]);
});

describe.each(cases)('$manifold beside geomstats', (golden) => {
  const manifold = parseManifold(golden.manifold);
  const [x, y, v, u] = (['x', 'y', 'v', 'u'] as const).map((key) => tf.tensor2d(golden[key]));
  const verbs = {
    exp: () => manifold.exp(x, v),
    log: () => manifold.log(x, y),
    dist: () => tf.expandDims(manifold.dist(x, y), 1),
    inner: () => tf.expandDims(manifold.inner(x, u, v), 1),
    transport: () => manifold.transport(x, y, u),
  };

  it.each(Object.keys(verbs) as (keyof typeof verbs)[])('%s', (verb) => {
    const expected = tf.tensor2d(golden[verb]);
    const found = verbs[verb]();
    expect(found.shape).toEqual(expected.shape);
    const scale = largest(expected);
    expect(scale).toBeGreaterThan(0.02);
    // Float32's 6e-8, magnified where points lie far out (x₀ up to 6, squared), or angles near π.
    expect(largest(tf.sub(found, expected)) / scale).toBeLessThan(1e-5);
  });
});
