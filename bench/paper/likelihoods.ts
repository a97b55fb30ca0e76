import { existsSync, mkdirSync, rmSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Executor, latentLikelihood, parseManifold } from 'tfjs-mvl';
import { densityOf, explicitVae, implicitVae, type LatentModel, loadLatentModel } from 'tfjs-mvl/models';
import { CONFIG, type LikelihoodCell } from './config.ts';
import { binarised } from './digits.ts';
import { RUNS } from './results.ts';

const { seed, batchSize, optimizer, averaging, likelihood } = CONFIG;

/** From the full rate to a fiftieth of it, along half a cosine. */
export const falling =
  (rate: number) =>
  (progress: number): number =>
    rate * (0.02 + 0.98 * Math.cos((Math.PI / 2) * progress) ** 2);

export interface Trained {
  readonly model: LatentModel;
  /** Of training, in this run. */
  readonly seconds: number;
}

/** Trains a cell's model, or goes on where a run was cut off, or loads what is there. */
export async function trainedCell(
  name: string,
  cell: LikelihoodCell,
  train: Tensor2D,
  executor: Executor,
  iterations: number,
): Promise<Trained> {
  mkdirSync(RUNS, { recursive: true });
  const folder = `${RUNS}/${name}`;
  if (existsSync(`${folder}/model.json`)) return { model: await loadLatentModel(folder), seconds: 0 };
  const options = { latent: parseManifold(cell.latent), columns: train.shape[1], seed };
  const model = cell.posterior === 'implicit' ? implicitVae(options) : explicitVae(options);
  model.compile({ optimizer: tf.train.adam(optimizer.learningRate, optimizer.beta1) });
  const began = performance.now();
  const checkpoint = `${folder}.checkpoint`;
  await model.fit(train, {
    epochs: Math.ceil(iterations / Math.ceil(train.shape[0] / batchSize)),
    batchSize,
    averaging,
    learningRate: falling(optimizer.learningRate),
    executor,
    checkpoint: { path: checkpoint, everySeconds: 60 },
    resume: true,
    verbose: 1,
  });
  await model.save(folder);
  rmSync(checkpoint, { force: true });
  return { model, seconds: (performance.now() - began) / 1000 };
}

/** Annealed importance sampling on the first test images. */
export async function measuredCell(model: LatentModel, test: Tensor2D, executor: Executor) {
  const { images, chains, temperatures, leapfrogs } = likelihood;
  const x = binarised(test, images, seed);
  const began = performance.now();
  try {
    const found = await latentLikelihood(densityOf(model), x, { chains, temperatures, leapfrogs, seed, executor });
    const { nll, standardError, chainError, acceptance } = found;
    return {
      nll,
      standardError,
      chainError,
      acceptance,
      images,
      chains,
      temperatures,
      leapfrogs,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    x.dispose();
  }
}
