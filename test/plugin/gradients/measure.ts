import { readFileSync } from 'node:fs';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Operation } from './cases.ts';

export const DERIVATIVES = ['first', 'second', 'third', 'mixed'] as const;
export type Derivative = (typeof DERIVATIVES)[number];

export interface Golden extends Readonly<Record<Derivative, number[]>> {
  readonly inputs: readonly { readonly shape: number[]; readonly values: number[] }[];
}

export const GOLDENS: Readonly<Record<string, Golden>> = JSON.parse(readFileSync('test/golden/gradients.json', 'utf8'));

/** As in test/golden/gradients.py: multiples of 1/32 within (−1, 1). */
const sequence = (seed: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => (((7 * i * i + 13 * i + 5 * seed) % 31) - 15) / 16 + 1 / 32);

/**
 * Σu³/6 is added to every energy and its derivatives u²/2, uv and v² are taken off again: where those of f vanish, tfjs would refuse to differentiate
 * what no longer depends on u.
 */
const cubic = (u: Tensor): Scalar => tf.div(tf.sum(tf.mul(u, tf.mul(u, u))), 6);

const dot = (a: Tensor, b: Tensor): Scalar => tf.sum(tf.mul(a, b));

/** One derivative of the energy ⟨c, f(u)⟩ by tfjs, in the order of the golden file. */
export function derivativeOf(f: Operation, { inputs, mixed }: Golden, which: Derivative): number[] {
  return tf.tidy(() => {
    const values = inputs.flatMap((input) => input.values);
    const n = values.length;
    const offsets = inputs.map((_, i) => inputs.slice(0, i).reduce((sum, input) => sum + input.values.length, 0));
    const apply = (u: Tensor): Tensor =>
      tf.reshape(f(...inputs.map(({ shape, values: { length } }, i) => tf.reshape(tf.slice(u, offsets[i], length), shape))), [-1]);
    const u = tf.tensor1d(values);
    const v = tf.tensor1d(sequence(2, n));
    const c = tf.tensor1d(sequence(1, mixed.length - 3 * n));
    const energy = (t: Tensor): Tensor => tf.add(dot(c, apply(t)), cubic(t));
    const first = tf.grad(energy);
    const second = tf.grad((t: Tensor) => dot(first(t), v));
    const third = tf.grad((t: Tensor) => dot(second(t), v));
    const numbers = (t: Tensor): number[] => Array.from(t.dataSync());
    switch (which) {
      case 'first':
        return numbers(tf.sub(first(u), tf.div(tf.square(u), 2)));
      case 'second':
        return numbers(tf.sub(second(u), tf.mul(u, v)));
      case 'third':
        return numbers(tf.sub(third(u), tf.square(v)));
      case 'mixed': {
        const weights = sequence(3, 3 * n);
        const point = sequence(4, 3);
        // Exact in double precision, and so in single.
        const start = values.map((value, i) => value - point.reduce((sum, p, k) => sum + p * weights[3 * i + k], 0));
        const [x, z] = [tf.tensor1d(point), tf.tensor1d(sequence(5, 3))];
        const preactivation = (W: Tensor, t: Tensor): Tensor =>
          tf.add(start, tf.reshape(tf.matMul(W as Tensor2D, tf.reshape(t, [3, 1]) as Tensor2D), [n]));
        const along = (W: Tensor, readout: Tensor): Tensor => dot(tf.grad((t: Tensor) => dot(readout, apply(preactivation(W, t))))(x), z);
        const [byW, byC] = tf.grads(along)([tf.tensor2d(weights, [n, 3]), c as Tensor1D]);
        return [...numbers(byW), ...numbers(byC)];
      }
    }
  });
}

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

export interface Agreement {
  /** |found − exact| / |exact|; where exact vanishes, |found|. */
  readonly error: number;
  readonly cosine: number;
}

export function compare(found: readonly number[], exact: readonly number[]): Agreement {
  if (found.length !== exact.length) throw new Error(`${found.length} numbers found, ${exact.length} expected`);
  const [size, length] = [norm(exact), norm(found)];
  const error = norm(found.map((value, i) => value - exact[i]));
  const product = found.reduce((sum, value, i) => sum + value * exact[i], 0);
  return size === 0 ? { error, cosine: 1 } : { error: error / size, cosine: product / (size * length) };
}
