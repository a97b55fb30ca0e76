import type { NamedTensorMap, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { drawLevels } from '../energy/noiseLevels.ts';
import { takeEnergyStep } from './energyStep.ts';
import { setLearningRate } from './optimizers.ts';
import type { Run } from './run.ts';
import { STREAM } from './streams.ts';

/** What the inputs of a step are, by name: everything random is keyed by the seed and the number of the step. */
export function drawInput({ seed, plan, weights }: Run, name: string, step: number, into: Float32Array): void {
  const sigma = plan.sigma(step);
  switch (name) {
    case 'blur':
      fillRandom(into, 'gaussian', randomStream(seed, STREAM.smoothing, step));
      break;
    case 'noise':
      fillRandom(into, plan.objective(step).noise?.distribution ?? 'gaussian', randomStream(seed, STREAM.noise, step));
      break;
    case 'sigma':
      if (plan.levels === null) into.fill(sigma ?? 0);
      else drawLevels(plan.levels, randomStream(seed, STREAM.levels, step), into);
      break;
    case 'epsilon':
      into.fill(plan.objective(step).epsilon ?? 0);
      break;
    default:
      into.fill(weights.share(step) ?? 0);
  }
}

/** One step of a run by tfjs itself: batch, smoothing, noise, optimiser, average. */
export function takeStep(run: Run): void {
  const { plan, optimizer, energyStep, losses, batchAt, rowsAt, state } = run;
  const { step } = state;
  const objective = plan.objective(step);
  const rate = plan.learningRate(step);
  if (rate !== null) setLearningRate(optimizer, rate);
  const size = rowsAt(step).length;
  const loss = tf.tidy(() => {
    const drawn = run.stepInputs.map(({ name, shape }): [string, tf.Tensor] => {
      const sizes = shape.map((axis) => (axis === 'batch' ? size : axis));
      const values = new Float32Array(tf.util.sizeFromShape(sizes));
      drawInput(run, name, step, values);
      return [name, tf.tensor(values, sizes)];
    });
    const inputs: NamedTensorMap = { ...Object.fromEntries(drawn), x: batchAt(rowsAt(step)) as Tensor2D };
    // A loss given as a function of ε may compute with it, where it is a number.
    const own = plan.levels === null ? { ...energyStep, objective: () => objective } : energyStep;
    return takeEnergyStep(own, inputs).loss;
  });
  losses.add({ step, size, epsilon: objective.epsilon, loss });
  state.step = step + 1;
}
