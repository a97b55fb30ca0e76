import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../../plugin/dynamics/chain.ts';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { spd } from '../../../plugin/manifolds/spd.ts';
import { stiefel } from '../../../plugin/manifolds/stiefel.ts';
import { torus } from '../../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { simpson } from '../../support/quadrature.ts';
import { meanResultant } from '../../support/vonMisesFisher.ts';
import '../../support/wasm.ts';

const weighted =
  (...weights: number[]) =>
  (x: tf.Tensor2D) =>
    tf.sum(tf.mul(x, tf.tensor1d(weights)), 1) as tf.Tensor1D;
const ratio = (value: (t: number) => number, density: (t: number) => number, to: number) =>
  simpson((t) => value(t) * density(t), 0, to) / simpson(density, 0, to);

/** 2 I₁(r)/r, the mean of e^(rt) for t a coordinate of the uniform law on S³, as Σ (r²/4)ᵏ / k!(k + 1)!. */
function meanExponential(r: number): number {
  let [sum, term] = [0, 1];
  for (let k = 1; k < 30; k++) {
    sum += term;
    term *= r ** 2 / (4 * k * (k + 1));
  }
  return sum;
}

/**
 * E tr Y₁₂ under exp(k tr Y₁₂), Y₁₂ the upper square of Y in stiefel(5, 2): twice that of its first entry a, by quadrature over (a, b), the first column's,
 * in polar coordinates, with the second column uniform on the S³ of what is left.
 */
function meanTrace(k: number): number {
  const along = (t: number, value: (a: number) => number) => (f: number) => {
    const [a, b] = [Math.sin(t) * Math.cos(f), Math.sin(t) * Math.sin(f)];
    return value(a) * Math.exp(k * a) * meanExponential(k * Math.sqrt(1 - b * b));
  };
  const integral = (value: (a: number) => number) =>
    simpson((t) => Math.sin(t) * Math.cos(t) ** 2 * simpson(along(t, value), 0, 2 * Math.PI, 200), 0, Math.PI / 2, 200);
  return (2 * integral((a) => a)) / integral(() => 1);
}

/** Each law exp(−k f) dV, and E f in closed form or by quadrature of one angle. */
const table = [
  // von Mises: −E cos t = −I₁(2)/I₀(2).
  { manifold: torus(1), f: weighted(-1, 0), k: 2, expected: -meanResultant(1, 2) },
  // cosh r − 1 is exponential on H², as dV = d(cosh r) dφ.
  { manifold: hyperbolic(2), f: weighted(1, 0, 0), k: 2, expected: 1 + 1 / 2 },
  {
    manifold: hyperbolic(2, { model: 'poincare' as const }),
    f: (p: tf.Tensor2D) => {
      const r2 = tf.sum(tf.square(p), 1);
      return tf.div(tf.add(1, r2), tf.sub(1, r2)) as tf.Tensor1D;
    },
    k: 2,
    expected: 1 + 1 / 2,
  },
  // The matrix Fisher law: tr R = 1 + 2 cos θ, and Haar's measure has the density 1 − cos θ of the angle.
  {
    manifold: so3(),
    f: weighted(-1, 0, 0, 0, -1, 0, 0, 0, -1),
    k: 0.7,
    expected: ratio(
      (t) => -1 - 2 * Math.cos(t),
      (t) => (1 - Math.cos(t)) * Math.exp(1.4 * Math.cos(t)),
      Math.PI,
    ),
  },
  // p = (cos² t, sin² t) with t uniform on [0, π/2].
  {
    manifold: simplex(1),
    f: weighted(-1, 0),
    k: 3,
    expected: ratio(
      (t) => -(Math.cos(t) ** 2),
      (t) => Math.exp(3 * Math.cos(t) ** 2),
      Math.PI / 2,
    ),
  },
  // The matrix Langevin law.
  { manifold: stiefel(5, 2), f: weighted(-1, 0, 0, -1, 0, 0, 0, 0, 0, 0), k: 2, expected: -meanTrace(2) },
  // Wishart with ν = 5: |P|^(ν/2) e^(−½ tr P) by the volume |P|^(−3/2) dP. E tr P = 2ν and E log |P| = ψ(5/2) + ψ(2) + 2 log 2.
  {
    manifold: spd(2),
    f: (p: tf.Tensor2D) => {
      const [a, b, , d] = tf.split(p, 4, 1);
      const half = tf.div(tf.add(a, d), 2);
      return tf.squeeze(tf.sub(half, tf.mul(2.5, tf.log(tf.sub(tf.mul(a, d), tf.square(b))))), [1]) as tf.Tensor1D;
    },
    k: 1,
    expected: 5 - 2.5 * (0.7031566406 + 0.4227843351 + 2 * Math.LN2),
  },
];

describe.each(table.map((row) => ({ name: row.manifold.name, ...row })))('$name', ({ manifold, f, k, expected }) => {
  it('samples exp(−k f) with the mean of f that it has', async () => {
    const n = 1000;
    const start = manifold.fromGaussian(drawNoise(gaussian(), [n, manifold.ambientDim as number], randomStream(21)) as tf.Tensor2D);
    const energy = (x: tf.Tensor2D) => tf.mul(k, f(x)) as tf.Tensor1D;
    const end = await sample(riemannianLangevin(manifold), energy, start, { steps: 120, stepSize: 0.03, seed: 22 });
    const { mean, variance } = tf.moments(f(end));
    const error = Math.sqrt(variance.dataSync()[0] / n);
    expect(Math.abs(tf.mean(f(start)).dataSync()[0] - expected)).toBeGreaterThan(10 * error);
    // 4 standard errors, and the bias of a step of 0.03: with 12,000 rows 0.016, 0.021, 0.026, 0.021 (± 0.011) and 0.007, in the order of the table.
    expect(Math.abs(mean.dataSync()[0] - expected)).toBeLessThan(4 * error + 0.026);
  });
});
