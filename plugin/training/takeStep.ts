import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { smooth } from '../manifolds/smooth.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';
import { setLearningRate } from './optimizers.ts';
import type { Run } from './run.ts';
import { STREAM } from './streams.ts';
import { trainStep } from './trainStep.ts';

/** One step of a run: batch, smoothing, noise, optimiser, average. Everything random is keyed by the seed and the number of the step. */
export function takeStep({ model, seed, plan, optimizer, energy, trained, settings, weights, losses, batchAt, state }: Run): void {
  const { step, epoch } = state;
  const objective = plan.objective(step);
  const sigma = plan.sigma(step);
  const rate = plan.learningRate(step);
  if (rate !== null) setLearningRate(optimizer, rate);
  let size = 0;
  const loss = tf.tidy(() => {
    const x = batchAt(epoch, step - epoch * plan.stepsPerEpoch);
    size = x.shape[0];
    const blur = () => drawNoise(gaussian(), x.shape, randomStream(seed, STREAM.smoothing, step)) as tf.Tensor2D;
    const y = sigma === null ? x : smooth(model.manifold, x, sigma, blur());
    const noise = objective.noise && drawNoise(objective.noise, y.shape, randomStream(seed, STREAM.noise, step));
    return trainStep({ energy, variables: trained, optimizer, clipNorm: settings.clipNorm }, objective, y, noise);
  });
  losses.add({ step, size, epsilon: objective.epsilon, loss });
  weights.average(step);
  state.step = step + 1;
}
