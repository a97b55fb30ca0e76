import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../../../plugin/dynamics/gradientOf.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { laplacian } from '../../../plugin/losses/laplacian.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import type { Manifold } from '../../../plugin/manifolds/manifold.ts';
import { product } from '../../../plugin/manifolds/product.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { spd } from '../../../plugin/manifolds/spd.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { stiefel } from '../../../plugin/manifolds/stiefel.ts';
import { torus } from '../../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { largest, numbers } from '../../support/arrays.ts';
import { axisNodes, pairs, signVectors } from '../../support/quadrature.ts';

const column = (x: tf.Tensor2D, i: number) => tf.squeeze(tf.slice(x, [0, i], [-1, 1]), [1]) as tf.Tensor1D;

interface Row {
  readonly manifold: Manifold;
  readonly energy: Energy;
  /** |grad E|² and ΔE on paper, of one point. */
  square(x: number[]): number;
  laplace(x: number[]): number;
}

const table: readonly Row[] = [
  {
    // cos t₁ sin t₂
    manifold: torus(2),
    energy: (x) => tf.mul(column(x, 0), column(x, 3)),
    square: ([a, b, c, d]) => (b * d) ** 2 + (a * c) ** 2,
    laplace: ([a, , , d]) => -2 * a * d,
  },
  {
    // a · x: |grad|² = aᵀJa + (a · x)², and linear functions have the eigenvalue n.
    manifold: hyperbolic(3),
    energy: (x) => tf.sub(column(x, 0), tf.mul(2, column(x, 1))),
    square: ([x0, x1]) => 3 + (x0 - 2 * x1) ** 2,
    laplace: ([x0, x1]) => 3 * (x0 - 2 * x1),
  },
  {
    // cosh r
    manifold: hyperbolic(2, { model: 'poincare' }),
    energy: (p) => {
      const r2 = tf.sum(tf.square(p), 1);
      return tf.div(tf.add(1, r2), tf.sub(1, r2));
    },
    square: ([a, b]) => ((1 + a * a + b * b) / (1 - a * a - b * b)) ** 2 - 1,
    laplace: ([a, b]) => (2 * (1 + a * a + b * b)) / (1 - a * a - b * b),
  },
  {
    // Entries of the matrix are the representation l = 1, of eigenvalue −l(l + 1).
    manifold: so3(),
    energy: (x) => column(x, 1),
    square: (r) => 1 - r[1] ** 2,
    laplace: (r) => -2 * r[1],
  },
  {
    // A quarter of y₀² on the sphere of radius 2, where y₀² − 4/(n + 1) has the eigenvalue −2(n + 1)/4.
    manifold: simplex(3),
    energy: (p) => column(p, 0),
    square: ([p]) => p * (1 - p),
    laplace: ([p]) => 1 / 2 - 2 * p,
  },
  {
    // tr FᵀY, F = [e₁ + 2e₂, −e₂]. Σ X² over an orthonormal basis of the lifts is −(n − 1) on Y, and |grad|² = |F|² − tr (FᵀY)².
    manifold: stiefel(4, 2),
    energy: (y) => tf.sum(tf.mul(y, tf.tensor1d([1, 0, 2, -1, 0, 0, 0, 0])), 1),
    square: ([a, b, c, d]) => 6 - (a + 2 * c) ** 2 - d ** 2 + 2 * c * (b + 2 * d),
    laplace: ([a, , c, d]) => -3 * (a + 2 * c - d),
  },
  {
    // tr P + log |P|: grad P = P², of square tr P²; Δ tr P = ½(n + 1) tr P, and log |P| is linear along geodesics.
    manifold: spd(2),
    energy: (p) => tf.add(tf.add(column(p, 0), column(p, 3)), tf.log(tf.sub(tf.mul(column(p, 0), column(p, 3)), tf.square(column(p, 1))))),
    square: ([a, b, , d]) => a * a + 2 * b * b + d * d + 2 * (a + d) + 2,
    laplace: ([a, , , d]) => 1.5 * (a + d),
  },
  {
    // y₂ x₀ + e², with Δy₂ = −2y₂ and Δx₀ = x₀.
    manifold: product(sphere(2), hyperbolic(1), euclidean(1)),
    energy: (x) => tf.add(tf.mul(column(x, 2), column(x, 3)), tf.square(column(x, 5))),
    square: ([, , y, h, , e]) => (1 - y * y) * h * h + y * y * (h * h - 1) + 4 * e * e,
    laplace: ([, , y, h]) => 2 - y * h,
  },
];

describe.each(table.map((row) => ({ name: row.manifold.name, ...row })))('$name', ({ manifold, energy, square, laplace }) => {
  const m = manifold.ambientDim as number;
  // Half as far out as standard normal: in hyperbolic space energies grow with the exponential of the distance.
  const x = manifold.fromGaussian(tf.mul(0.5, drawNoise(gaussian(), [10, m], randomStream(4))) as tf.Tensor2D);
  const rows = x.arraySync();

  it('|grad E|² and ΔE are those on paper', () => {
    const gradient = gradientOf(energy, manifold)(x);
    const [squares, laplacians] = [manifold.inner(x, gradient, gradient), laplacian(energy, manifold)(x)];
    for (const [found, expected] of [
      [squares, rows.map(square)],
      [laplacians, rows.map(laplace)],
    ] as const) {
      const scale = Math.max(...expected.map(Math.abs));
      expect(scale).toBeGreaterThan(0.15);
      // Sums of up to 18 terms of rounding 6e-8, magnified by x₀² ≤ 6 in hyperbolic space.
      expect(largest(tf.sub(found, tf.tensor1d(expected)))).toBeLessThan(2e-5 * Math.max(1, scale));
    }
  });

  it('MVL-RLD tends to exact score matching as ε → 0, with normal and with Rademacher noise', () => {
    const exact = rows.reduce((sum, row) => sum + square(row) - 2 * laplace(row), 0) / rows.length;
    expect(Math.abs(exact)).toBeGreaterThan(0.15);
    for (const [kind, nodes] of [
      ['gaussian', axisNodes(m)],
      ['rademacher', signVectors(m)],
    ] as const) {
      const { first, second } = pairs(rows, nodes);
      const [points, noise] = [tf.tensor2d(first), tf.tensor2d(second)];
      const at = (epsilon: number) => numbers(mvlRld({ manifold, epsilon, noise: kind })(energy, points, noise))[0];
      // The bias is of order ε: 2 L(ε) − L(2ε) is free of it. What stays is of order ε² and round-off, 3.7e-7/ε.
      expect(Math.abs(2 * at(1e-3) - at(2e-3) - exact)).toBeLessThan(1e-3 * Math.max(1, Math.abs(exact)));
    }
    expect(numbers(exactScoreMatching(manifold)(energy, x))[0] / exact).toBeCloseTo(1, 4);
  });
});
