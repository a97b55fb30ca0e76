import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel, type FitOptions, likelihoodMetric, mvlLd, mvlRld } from 'tfjs-mvl';
import { type Setup, setupFor } from './energyFor.ts';
import type { Task } from './protocol.ts';
import { SPACES } from './spaces.ts';

/** A task, ready for `fit`; the same here and in Node. */
export interface Fitting {
  readonly task: Task;
  readonly setup: Setup;
  readonly model: EnergyModel;
  readonly points: tf.Tensor2D;
  readonly options: FitOptions & { readonly epochs: number };
  readonly stepsPerEpoch: number;
  /** The held-out likelihood is measured at the end of each of so many. */
  readonly everyEpochs: number;
}

/** Noise levels make losses noisy: with 256 points a step the energy of two discs stays half a nat short of this. */
const BATCH = 1000;
const HELD_OUT = 0.1;
const RATE = 2e-3;
/** Times in a run that the likelihood is measured and the picture drawn. */
const PICTURES = 40;
/** Relative error of integrals. */
export const TOLERANCE = 0.05;

/**
 * The model of a task, and how it is trained.
 *
 * @throws Error where the points have no density to learn
 */
export function fittingFor(task: Task): Fitting {
  const { space, rows, settings } = task;
  const { steps, detail, seed } = settings;
  const setup = setupFor(space, rows, detail, seed);
  const { manifold, noiseLevels, network, quadrature } = setup;
  const model = energyModel({ manifold, noiseLevels, network, seed });
  const noise = 'rademacher';
  const loss = (epsilon: number) => (space === 'plane' ? mvlLd({ epsilon, noise }) : mvlRld({ manifold, epsilon, noise }));
  model.compile({ optimizer: tf.train.adam(), loss });
  const stepsPerEpoch = Math.ceil((rows.length * (1 - HELD_OUT)) / BATCH);
  const epochs = Math.max(1, Math.round(steps / stepsPerEpoch));
  const everyEpochs = Math.max(1, Math.round(epochs / PICTURES));
  const options = {
    epochs,
    batchSize: BATCH,
    validationSplit: HELD_OUT,
    validation: likelihoodMetric(quadrature, { everyEpochs, tolerance: TOLERANCE }),
    averaging: 0.995,
    learningRate: (progress: number) => RATE * (0.01 + 0.99 * Math.cos((Math.PI / 2) * progress) ** 2),
    verbose: 0 as const,
  };
  const points = tf.tensor2d(rows.map((row) => SPACES[space].ambient(row)));
  return { task, setup, model, points, options, stepsPerEpoch, everyEpochs };
}
