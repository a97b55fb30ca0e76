import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Executor, type FitCallback, type FitHistory, parseManifold } from 'tfjs-mvl';
import { implicitVae, type LatentModel } from 'tfjs-mvl/models';

export interface DigitsOptions {
  /** Where codes are, for example `sphere:2`. */
  readonly latent: string;
  readonly epochs: number;
  /** The file that a run is kept in, so that another goes on where it ended or was stopped. */
  readonly checkpoint: string;
  readonly resume: boolean;
  readonly executor: Executor;
  readonly callbacks?: FitCallback;
}

/**
 * An implicit VAE of images, each pixel of which is drawn anew from its grey value in every epoch. The learning rate stays as it is and weights are averaged, so that a
 * run can be made longer at any time.
 */
export async function trainDigits(images: Tensor2D, options: DigitsOptions): Promise<{ model: LatentModel; history: FitHistory }> {
  const { latent, epochs, checkpoint, resume, executor, callbacks } = options;
  const model = implicitVae({ latent: parseManifold(latent), columns: images.shape[1], seed: 1 });
  // Little momentum: codes and the energy that learns their law follow each other.
  model.compile({ optimizer: tf.train.adam(1e-3, 0.5) });
  const history = await model.fit(images, {
    epochs,
    batchSize: 128,
    averaging: 0.999,
    executor,
    checkpoint,
    resume,
    ...(callbacks && { callbacks }),
  });
  return { model, history };
}
