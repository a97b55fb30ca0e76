import * as tf from '@tensorflow/tfjs';
import {
  type EnergyModel,
  type Executor,
  energyModel,
  kernelDensity,
  likelihoodMetric,
  mvlRld,
  negativeLogLikelihood,
  sphere,
  sphereQuadrature,
} from 'tfjs-mvl';
import { bumpEnergy } from 'tfjs-mvl/models';
import { toSphere } from '../maps/places.ts';
import { earthquakes } from './events.ts';

/** Smoothing of the events in radians, from 17° down to about 1°, 130 km on the Earth: the detail that is learnt. */
export const SMOOTHING = { from: 0.3, to: 0.02 };

/** Share of the run in which the smoothing falls; for the rest it stays at its end, while the rate of learning falls on. */
const FALL = 0.7;

/** Share of the uniform density in the second kernel estimate: a few far events no longer decide how wide all kernels are. */
export const BACKGROUND = 0.03;

export interface TrainOptions {
  /** Fixes the split, the initial weights and all noise. Default 0. */
  readonly seed?: number;
  /** Passes over the 1,365 training events, of five steps each. Default 300. */
  readonly epochs?: number;
  /** What takes the steps in place of tfjs. */
  readonly executor?: Executor;
  /** After each epoch; the likelihood is that of the validation events, in nats, as last measured. */
  readonly onProgress?: (progress: { epoch: number; epochs: number; validationNll: number }) => void;
}

/** Negative log-likelihoods in nats, by quadrature on the sphere: lower is better. */
export interface Likelihoods {
  readonly validationNll: number;
  readonly testNll: number;
  /** log 4π. */
  readonly uniformNll: number;
  /** Of a kernel density estimate on the training events, its bandwidth chosen by leaving one out. */
  readonly kdeNll: number;
  readonly kdeValidationNll: number;
  /** Of the kernels over a uniform background of `BACKGROUND`, their bandwidth chosen in the same way. */
  readonly kdeOverUniformNll: number;
  /** The kernel's concentration, 1/bandwidth² in radians. */
  readonly kappa: number;
}

export interface Trained extends Likelihoods {
  readonly model: EnergyModel;
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Learns the density of earthquakes on the globe by MVL-RLD, from events that are blurred less and less. The weights with the best likelihood of
 * the validation events are kept; the test events are looked at once, at the end.
 */
export async function trainEarthquakes({ seed = 0, epochs = 300, executor, onProgress }: TrainOptions = {}): Promise<Trained> {
  const events = earthquakes(seed);
  const [train, validation, test] = [events.train, events.validation, events.test].map((part) => part.map(toSphere));
  const manifold = sphere(2);
  // Bumps of the final width need some 2.5/σ latitudes.
  const quadrature = sphereQuadrature(manifold, Math.ceil(2 / SMOOTHING.to));

  const model = energyModel({ manifold, network: bumpEnergy({ manifold, bumps: 256, width: SMOOTHING.from, seed }), seed });
  model.compile({ optimizer: tf.train.adam(), loss: (epsilon: number) => mvlRld({ manifold, epsilon, noise: 'rademacher' }) });
  const start = performance.now();
  await model.fit(train, {
    epochs,
    batchSize: Math.ceil(train.length / 5),
    validationData: validation,
    validation: likelihoodMetric(quadrature, { everyEpochs: Math.ceil(epochs / 10), tolerance: 0.01 }),
    keepBest: 'val_nll',
    smoothing: (progress) => SMOOTHING.from * (SMOOTHING.to / SMOOTHING.from) ** Math.min(1, progress / FALL),
    learningRate: (progress) => 0.03 * (0.05 + 0.95 * Math.cos((Math.PI / 2) * progress) ** 2),
    averaging: 0.995,
    verbose: 0,
    ...(executor && { executor }),
    callbacks: { onEpochEnd: (epoch, logs) => onProgress?.({ epoch: epoch + 1, epochs, validationNll: logs?.val_nll as number }) },
  });
  const seconds = (performance.now() - start) / 1000;

  const kde = kernelDensity(train);
  return {
    model,
    steps: model.summary?.steps as number,
    seconds,
    validationNll: await negativeLogLikelihood(model.energy, validation, quadrature),
    testNll: await negativeLogLikelihood(model.energy, test, quadrature),
    uniformNll: manifold.logVolume as number,
    kdeNll: kde.negativeLogLikelihood(test),
    kdeValidationNll: kde.negativeLogLikelihood(validation),
    kdeOverUniformNll: kernelDensity(train, { background: BACKGROUND }).negativeLogLikelihood(test),
    kappa: kde.kappa,
  };
}
