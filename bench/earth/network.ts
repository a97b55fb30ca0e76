import type { LayersModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { toSphere } from '../../examples/maps/places.ts';
import type { Events } from '../../examples/maps/splitEvents.ts';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import {
  energyModel,
  type LossOption,
  likelihoodMetric,
  mvlRld,
  type NoiseLevels,
  negativeLogLikelihood,
  type Smoothing,
  sphere,
  sphereQuadrature,
} from '../../plugin/index.ts';

export interface NetworkOptions {
  readonly network: LayersModel;
  readonly rate: number;
  readonly seed: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly averaging?: number | null;
  /** null: none. */
  readonly smoothing?: Smoothing | null;
  readonly loss?: LossOption;
  /** For a network that is conditioned on the noise level, which then needs no smoothing. */
  readonly noiseLevels?: NoiseLevels;
}

export const manifold = sphere(2);

/** Final width in radians of networks whose likelihood is by quadrature: 130 km. */
export const COARSE = 0.02;

/** The recipe of the demo: coarse to fine over seven tenths of the run, then at rest while the rate of learning falls on. */
const coarseToFine: Smoothing = (progress) => 0.3 * (COARSE / 0.3) ** Math.min(1, progress / 0.7);

/** Trains any network by MVL-RLD on smoothed events, keeps the weights of the best validation likelihood, and measures by quadrature. */
export async function trainNetwork(
  events: Events,
  options: NetworkOptions,
): Promise<{ validationNll: number; testNll: number; seconds: number }> {
  const { network, rate, seed, noiseLevels, steps = 2000, batchSize = 512, averaging = 0.995 } = options;
  const { smoothing = noiseLevels ? null : coarseToFine } = options;
  const loss = options.loss ?? ((epsilon: number) => mvlRld({ manifold, epsilon, noise: 'rademacher' }));
  const [train, validation, test] = [events.train, events.validation, events.test].map((part) => part.map(toSphere));
  const quadrature = sphereQuadrature(manifold, Math.ceil(2 / COARSE));
  const model = energyModel({ manifold, network, seed, noiseLevels: noiseLevels ?? null });
  model.compile({ optimizer: tf.train.adam(), loss });
  const epochs = Math.ceil(steps / Math.ceil(train.length / batchSize));
  const start = performance.now();
  await model.fit(train, {
    epochs,
    batchSize,
    validationData: validation,
    validation: likelihoodMetric(quadrature, { everyEpochs: Math.ceil(epochs / 8), tolerance: 0.01 }),
    keepBest: 'val_nll',
    learningRate: (progress) => rate * (0.05 + 0.95 * Math.cos((Math.PI / 2) * progress) ** 2),
    ...(smoothing !== null && { smoothing }),
    ...(averaging !== null && { averaging }),
    verbose: 0,
    executor: onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } }),
  });
  const seconds = (performance.now() - start) / 1000;
  const result = {
    validationNll: await negativeLogLikelihood(model.energy, validation, quadrature),
    testNll: await negativeLogLikelihood(model.energy, test, quadrature),
    seconds,
  };
  model.dispose();
  network.dispose();
  return result;
}
