import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { logUniform } from '../../../plugin/noise/logUniform.ts';
import { numbers } from '../../support/arrays.ts';
import { simpson } from '../../support/quadrature.ts';

/** log Φ(u), by ∫ exp(−ut − t²/2) dt over t > 0 times the density at u < 0. */
function logPhi(u: number): number {
  const lower = (v: number) => Math.log(simpson((t) => Math.exp(v * t - (t * t) / 2), 0, 40)) - (v * v) / 2 - Math.log(2 * Math.PI) / 2;
  return u < 0 ? lower(u) : Math.log1p(-Math.exp(lower(-u)));
}

it('is log Φ, finite where the sum 1 + erf vanishes', () => {
  const u = [-30, -12, -6, -4, -2.5, -1, -1e-3, 0, 0.5, 1, 2, 3, 4, 8];
  const found = numbers(logUniform(tf.tensor2d(u, [u.length, 1])));
  for (const [i, value] of found.entries()) {
    const expected = logPhi(u[i]);
    // 1.2e-7 of the fit and a few roundings of numbers up to u²/2.
    expect(Math.abs(value - expected)).toBeLessThan(6e-7 * Math.max(1, u[i] ** 2 / 4));
  }
  expect(found.every((v) => v <= 0 && Number.isFinite(v))).toBe(true);
});
