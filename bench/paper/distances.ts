import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Executor, frechetDistance, parseManifold } from 'tfjs-mvl';
import { bernoulli, type LatentModel, wae } from 'tfjs-mvl/models';
import { CONFIG, type WaeCell } from './config.ts';
import { lenetFeatures } from './features.ts';
import { type Trained, trained } from './trained.ts';

const { seed } = CONFIG;
const { optimizer, images } = CONFIG.wae;

export function trainWaeCell(
  name: string,
  cell: WaeCell,
  train: Tensor2D,
  run: { readonly executor: Executor; readonly iterations: number },
): Promise<Trained> {
  const { regulariser, latent, weight, blur } = cell;
  // Cross-entropy with grey values: of a squared error, which is a tenth of it, the tenfold regulariser leaves nothing at first.
  const likelihood = bernoulli({ binarise: false });
  const own = blur === undefined ? {} : { blur };
  const make = () => wae({ latent: parseManifold(latent), columns: train.shape[1], regulariser, likelihood, weight, seed, ...own });
  return trained(name, cell, make, tf.train.rmsprop(optimizer.learningRate, optimizer.decay), optimizer.learningRate, train, run);
}

/** The Fréchet distance of as many new images from the test images, and of reconstructions. */
export async function measureDistance(model: LatentModel, test: Tensor2D) {
  const real = await lenetFeatures(test);
  const made = model.generate({ n: images, seed });
  const { distance, bias, standardError, interval } = await frechetDistance(await lenetFeatures(made), real, { seed });
  const rebuilt = model.reconstruct(test, { seed });
  const reconstruction = await frechetDistance(await lenetFeatures(rebuilt), real, { replicates: 0 });
  tf.dispose([made, rebuilt]);
  return { distance, bias, standardError, interval, reconstructionDistance: reconstruction.distance, images };
}
