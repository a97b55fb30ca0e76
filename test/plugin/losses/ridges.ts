import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../../plugin/energy/energy.ts';

/** E(x) = Σₖ aₖ tanh(⟨wₖ, x⟩ + bₖ), with its derivatives written out: θ = (a₁, w₁…, b₁, a₂, …), d + 2 numbers a ridge. */

const ridgesOf = (theta: readonly number[], d: number) =>
  Array.from({ length: theta.length / (d + 2) }, (_, k) => {
    const own = theta.slice(k * (d + 2), (k + 1) * (d + 2));
    return { a: own[0], w: own.slice(1, d + 1), b: own[d + 1] };
  });

const dot = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0);

/** In double precision: the energy, its gradient and zᵀHz at x. */
export const ridges = (theta: readonly number[], d: number) => ({
  energy: (x: readonly number[]) => ridgesOf(theta, d).reduce((sum, { a, w, b }) => sum + a * Math.tanh(dot(w, x) + b), 0),
  gradient: (x: readonly number[]) => {
    const slopes = ridgesOf(theta, d).map(({ a, w, b }) => a * (1 - Math.tanh(dot(w, x) + b) ** 2));
    return x.map((_, i) => ridgesOf(theta, d).reduce((sum, { w }, k) => sum + slopes[k] * w[i], 0));
  },
  curvature: (x: readonly number[], z: readonly number[]) =>
    ridgesOf(theta, d).reduce((sum, { a, w, b }) => {
      const t = Math.tanh(dot(w, x) + b);
      return sum - 2 * a * t * (1 - t * t) * dot(w, z) ** 2;
    }, 0),
});

/** The same energy in tensors, and its parameters, one vector. */
export function ridgeEnergy(theta: readonly number[], d: number): { energy: Energy; variable: tf.Variable } {
  const variable = tf.variable(tf.tensor1d([...theta]));
  const energy: Energy = (x) => {
    const table = tf.reshape(variable, [-1, d + 2]) as tf.Tensor2D;
    const w = tf.slice(table, [0, 1], [-1, d]) as tf.Tensor2D;
    const row = (column: number) => tf.reshape(tf.slice(table, [0, column], [-1, 1]), [1, -1]);
    return tf.sum(tf.mul(row(0), tf.tanh(tf.add(tf.matMul(x, w, false, true), row(d + 1)))), 1);
  };
  return { energy, variable };
}
