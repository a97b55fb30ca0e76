import * as tf from '@tensorflow/tfjs';
import type { Executor, StepProgram } from '../../../plugin/training/executor.ts';

/** The same weights for every model that is built alike. */
export const init = (seed: number) => tf.initializers.glorotUniform({ seed });

export const dense = (units: number, seed: number, more: object = {}) =>
  tf.layers.dense({
    units,
    kernelInitializer: init(seed),
    biasInitializer: tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed }),
    ...more,
  });

/** Points of three classes that a small network can tell apart, with one-hot labels. */
export function classes(n: number, columns = 4): { x: tf.Tensor2D; y: tf.Tensor2D } {
  return tf.tidy(() => {
    const x = tf.randomNormal([n, columns], 0, 1, 'float32', 5) as tf.Tensor2D;
    const scores = tf.matMul(tf.sin(tf.mul(x, 2)), tf.randomNormal([columns, 3], 0, 1, 'float32', 6));
    return { x, y: tf.cast(tf.oneHot(tf.argMax(scores, 1), 3), 'float32') as tf.Tensor2D };
  });
}

const flat = (weights: readonly tf.Tensor[]): number[] => weights.flatMap((weight) => [...weight.dataSync()]);

/** |a − b| / |b| over all numbers of both. */
export function distance(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): number {
  const [u, v] = [flat(a), flat(b)];
  return Math.hypot(...u.map((value, i) => value - v[i])) / Math.hypot(...v);
}

/** tfjs itself as an executor: the program's step on real tensors. */
export const eager: Executor = {
  name: 'tfjs',
  turn: 1000,
  start: async (program) => ({
    take: async (from, count) => {
      const reports: Record<string, Float32Array> = {};
      for (let i = 0; i < count; i++) {
        tf.tidy(() => {
          for (const [name, value] of Object.entries(eagerStep(program, from + i))) {
            reports[name] ??= new Float32Array(count);
            reports[name][i] = value.dataSync()[0];
          }
        });
      }
      return reports;
    },
    sync: async () => {},
    dispose: async () => {},
  }),
  evaluate: async (fn) => Object.assign(async (...inputs: tf.Tensor[]) => tf.tidy(() => fn(...inputs)), { dispose: async () => {} }),
};

function eagerStep(program: StepProgram, step: number): Readonly<Record<string, tf.Scalar>> {
  const rows = program.rows(step);
  const drawn = program.inputs.map(({ name, shape }): [string, tf.Tensor] => {
    const sizes = shape.map((size) => (size === 'batch' ? rows.length : size));
    const values = new Float32Array(tf.util.sizeFromShape(sizes));
    program.draw(name, step, values);
    return [name, tf.tensor(values, sizes)];
  });
  const gathered = Object.entries(program.data).map(([name, data]): [string, tf.Tensor] => [
    name,
    tf.gather(data, tf.tensor1d(rows, 'int32')),
  ]);
  return program.step(Object.fromEntries(gathered), Object.fromEntries(drawn));
}
