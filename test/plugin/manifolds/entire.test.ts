import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { asinhc, cosAndSinc, coshAndSinhc, tanhc } from '../../../plugin/manifolds/entire.ts';
import { numbers } from '../../support/arrays.ts';

/** f(z) / z at z = √s, in double precision. */
const over = (f: (z: number) => number) => (s: number) => f(Math.sqrt(s)) / Math.sqrt(s);

const table = [
  { name: 'cos', f: (s: tf.Tensor2D) => cosAndSinc(s).cos, plain: (s: number) => Math.cos(Math.sqrt(s)), at0: [1, -1 / 2, 1 / 12] },
  { name: 'sinc', f: (s: tf.Tensor2D) => cosAndSinc(s).sinc, plain: over(Math.sin), at0: [1, -1 / 6, 1 / 60] },
  { name: 'cosh', f: (s: tf.Tensor2D) => coshAndSinhc(s).cosh, plain: (s: number) => Math.cosh(Math.sqrt(s)), at0: [1, 1 / 2, 1 / 12] },
  { name: 'sinhc', f: (s: tf.Tensor2D) => coshAndSinhc(s).sinhc, plain: over(Math.sinh), at0: [1, 1 / 6, 1 / 60] },
  { name: 'tanhc', f: tanhc, plain: over(Math.tanh), at0: [1, -1 / 3, 4 / 15] },
  { name: 'asinhc', f: asinhc, plain: over(Math.asinh), at0: [1, -1 / 6, 3 / 20] },
];

/** Value, first and second derivative by tfjs. */
function found(f: (s: tf.Tensor2D) => tf.Tensor2D, s: number): number[] {
  const first = tf.grad((t: tf.Tensor) => tf.sum(f(t as tf.Tensor2D)));
  const second = tf.grad((t: tf.Tensor) => tf.sum(first(t)));
  return [f(tf.tensor2d([[s]])), first(tf.tensor2d([[s]])), second(tf.tensor2d([[s]]))].flatMap(numbers);
}

describe.each(table)('$name of √s', ({ f, plain, at0 }) => {
  register();

  it.each([0.01, 0.049, 0.051, 0.3, 1, 9])('has its value and two derivatives at s = %d', (s) => {
    const h = 1e-3 * s;
    const [before, here, after] = [s - h, s, s + h].map(plain);
    // Central differences in double precision, off by h²/6 and 1e-16/h² ≤ 1e-6 here.
    const expected = [here, (after - before) / (2 * h), (after - 2 * here + before) / h ** 2];
    const [value, first, second] = found(f, s);
    expect(Math.abs(value - expected[0]) / Math.max(1, expected[0])).toBeLessThan(3e-7);
    expect(Math.abs(first - expected[1]) / Math.max(1, expected[0])).toBeLessThan(4e-6);
    // Just above the change from series to closed form rounding costs 6e-8/s² = 2.4e-5.
    expect(Math.abs(second - expected[2]) / Math.max(1, expected[0])).toBeLessThan(6e-5);
  });

  it('has those of its series at 0', () => {
    for (const [i, value] of found(f, 0).entries()) expect(value).toBeCloseTo(at0[i], 6);
  });
});
