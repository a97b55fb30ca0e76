import type { NamedTensorMap, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { rowsOf } from './data.ts';
import { setLearningRate } from './optimizers.ts';
import type { Run } from './run.ts';

/** One step of a run by tfjs itself: batch, noise, optimiser, average. */
export function takeStep(run: Run): void {
  const { program, losses, state } = run;
  const { step } = state;
  const rate = program.learningRate(step);
  if (rate !== null) setLearningRate(program.optimizer, rate);
  const rows = program.rows(step);
  const reports = tf.tidy(() => {
    const drawn = program.inputs.map(({ name, shape }): [string, Tensor] => {
      const sizes = shape.map((axis) => (axis === 'batch' ? rows.length : axis));
      const values = new Float32Array(tf.util.sizeFromShape(sizes));
      program.draw(name, step, values);
      return [name, tf.tensor(values, sizes)];
    });
    const inputs: NamedTensorMap = Object.fromEntries(drawn);
    const batch = Object.fromEntries(Object.entries(program.data).map(([name, data]) => [name, rowsOf(data as Tensor2D, rows)]));
    return run.eagerStep === undefined ? program.step(batch, inputs) : run.eagerStep(step, batch, inputs);
  });
  losses.add({ step, size: rows.length, epsilon: run.epsilon(step), reports });
  state.step = step + 1;
}
