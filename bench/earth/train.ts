import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { toSphere } from '../../examples/maps/places.ts';
import type { Events } from '../../examples/maps/splitEvents.ts';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { energyModel, sphere, type ValidationMetric } from '../../plugin/index.ts';
import { conditionalVelocity } from './conditionalVelocity.ts';
import { kernelMixture, type MixtureOptions, type MixtureParameters } from './kernelMixture.ts';
import { logDensityOf } from './logDensityOf.ts';
import { COARSEST, DETAILS, FINEST } from './settings.ts';
import { type Sites, sitesAt } from './sites.ts';

export interface TrainOptions extends MixtureOptions {
  readonly seed?: number;
  /** Noise levels of training. */
  readonly from?: number;
  readonly to?: number;
  /** Whether each event is left out of the density that it trains. Default true. */
  readonly leaveOneOut?: boolean;
  /** Decay of the average of the parameters. Default 0.98. */
  readonly averaging?: number | null;
  readonly steps?: number;
  /** After each epoch, with the validation NLL as last measured. */
  readonly onProgress?: (share: number, validationNll: number) => void;
}

export interface Result {
  readonly validationNll: number;
  readonly testNll: number;
  /** Before training: shares alike, widths and exponent as set. */
  readonly untrained: { readonly validationNll: number; readonly testNll: number };
  /** Test NLL of the same densities smoothed by `DETAILS`. */
  readonly byDetail: readonly number[];
  readonly parameters: Omit<MixtureParameters, 'logMasses'>;
  readonly steps: number;
  readonly seconds: number;
}

export interface Trained extends Result {
  readonly sites: Sites;
  readonly all: MixtureParameters;
}

const BATCH = 64;
const RATE = 0.05;

const meanNll = (logDensity: (x: number[][]) => Float64Array, points: number[][]): number =>
  -logDensity(points).reduce((sum, value) => sum + value, 0) / points.length;

/** Trains a kernel mixture on the training events, and looks at the test events at its beginning and its end. */
export async function trainEarth(events: Events, options: TrainOptions = {}): Promise<Trained> {
  const { seed = 0, from = COARSEST, to = FINEST, leaveOneOut = true, averaging = 0.98, steps = 300, onProgress } = options;
  const [train, validation, test] = [events.train, events.validation, events.test].map((part) => part.map(toSphere));
  const manifold = sphere(2);
  const sites = sitesAt(train, seed);
  const mixture = kernelMixture(sites, options);
  const likelihoods = () => {
    const logDensity = logDensityOf(sites, mixture.parameters(), FINEST);
    return { validationNll: meanNll(logDensity, validation), testNll: meanNll(logDensity, test) };
  };
  const untrained = likelihoods();

  const energy = (x: tf.Tensor2D) => mixture.energy(x, FINEST ** 2);
  const model = energyModel({ manifold, network: energy, seed });
  const loss = conditionalVelocity({
    manifold,
    energy: (x, variance, origin) => mixture.energy(x, variance, leaveOneOut ? origin : undefined),
    from,
    to,
  });
  // Gradients change by orders of magnitude with the level, so that a short memory of their squares is better.
  model.compile({ optimizer: tf.train.adam(RATE, 0.9, 0.99), loss });
  const epochs = Math.ceil(steps / Math.ceil(train.length / BATCH));
  const nll: ValidationMetric = {
    name: 'nll',
    everyEpochs: Math.ceil(epochs / 4),
    evaluate: () => meanNll(logDensityOf(sites, mixture.parameters(), FINEST), validation),
  };
  const start = performance.now();
  await model.fit(sites.points as number[][], {
    epochs,
    batchSize: BATCH,
    validationData: validation,
    validation: nll,
    learningRate: (progress) => RATE * (0.05 + 0.95 * Math.cos((Math.PI / 2) * progress) ** 2),
    ...(averaging !== null && { averaging }),
    verbose: 0,
    executor: onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } }),
    callbacks: { onEpochEnd: (epoch, logs) => onProgress?.((epoch + 1) / epochs, logs?.val_nll as number) },
  });
  const seconds = (performance.now() - start) / 1000;
  const all = mixture.parameters();
  const { logMasses: _, ...parameters } = all;
  const byDetail = DETAILS.map((sigma) => meanNll(logDensityOf(sites, all, sigma), test));
  const result = { ...likelihoods(), untrained, byDetail, parameters, steps: model.summary?.steps as number, seconds };
  model.dispose();
  mixture.dispose();
  return { ...result, sites, all };
}
