import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Executor, latentLikelihood, parseManifold } from 'tfjs-mvl';
import { densityOf, explicitVae, implicitVae, type LatentModel } from 'tfjs-mvl/models';
import { CONFIG, type LikelihoodCell } from './config.ts';
import { binarised } from './digits.ts';
import { type Trained, trained } from './trained.ts';

const { seed, likelihood } = CONFIG;

/** Rows drawn from the model itself, for the bracket. */
const SIMULATED = 100;

export function trainLikelihoodCell(
  name: string,
  cell: LikelihoodCell,
  train: Tensor2D,
  run: { readonly executor: Executor; readonly iterations: number },
): Promise<Trained> {
  const { posterior, latent } = cell;
  const options = { latent: parseManifold(latent), columns: train.shape[1], seed };
  const make = () => (posterior === 'implicit' ? implicitVae(options) : explicitVae(options));
  const { learningRate, beta1 } = likelihood.optimizer;
  return trained(name, cell, make, tf.train.adam(learningRate, beta1), learningRate, train, run);
}

/** Annealed importance sampling on the first test images, and from both sides on images that the model has drawn. */
export async function measureLikelihood(model: LatentModel, test: Tensor2D, executor: Executor) {
  const { images, chains, temperatures, leapfrogs } = likelihood;
  const settings = { chains, temperatures, leapfrogs, seed, executor };
  const began = performance.now();
  const x = binarised(test, images, seed);
  const truth = tf.tidy(() =>
    model.latent.fromGaussian(tf.randomNormal([SIMULATED, model.latent.ambientDim as number], 0, 1, 'float32', seed)),
  );
  const drawn = tf.tidy(() => {
    const uniform = tf.randomUniform([SIMULATED, test.shape[1]], 0, 1, 'float32', seed + 1) as Tensor2D;
    return model.likelihood.draw(model.decoderOutput(truth), uniform);
  });
  try {
    const { nll, standardError, chainError, acceptance } = await latentLikelihood(densityOf(model), x, settings);
    const simulated = await latentLikelihood(densityOf(model), drawn, { ...settings, truth });
    const seconds = Math.round((performance.now() - began) / 1000);
    return { nll, standardError, chainError, acceptance, bracket: simulated.gap, images, chains, temperatures, leapfrogs, seconds };
  } finally {
    tf.dispose([x, truth, drawn]);
  }
}
