import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Executor, euclidean, latentLikelihood } from 'tfjs-mvl';
import { densityOf } from 'tfjs-mvl/models';
import { VERSIONS } from '../versions.ts';
import { METHODS } from './methods.ts';
import { type CurvePoint, keepResult, type MethodResult, type Plan } from './results.ts';
import { ESTIMATORS, SETTINGS } from './settings.ts';
import { timedTraining } from './timedTraining.ts';

const { seed, latent, batchSize, averaging, optimizer, likelihood } = SETTINGS;

export interface Measured {
  readonly plan: Plan;
  /** Grey values to train on, in whole batches, and binary test images. */
  readonly train: Tensor2D;
  readonly images: Tensor2D;
  readonly executor: Executor;
  /** Of onnxruntime. */
  readonly threads: number;
}

/** Trains by a method and writes its result after every evaluation. */
export async function measureMethod(name: string, { plan, train, images, executor, threads }: Measured): Promise<MethodResult> {
  const model = METHODS[name].make({ latent: euclidean(latent), columns: train.shape[1], seed });
  const adam = tf.train.adam(optimizer.learningRate, optimizer.beta1);
  const curve: CurvePoint[] = [];
  let start = 0;
  const keep = (more: Pick<MethodResult, 'diverged'> = {}): MethodResult => {
    const { steps, seconds } = curve.at(-1) ?? { steps: 0, seconds: 0 };
    const result = {
      command: [
        `npx tsx bench/entropy/main.ts --method ${name}`,
        ...Object.entries({ ...plan, threads }).map(([k, v]) => `--${k} ${v}`),
      ].join(' '),
      plan,
      startSeconds: start,
      steps,
      millisecondsPerStep: (1000 * seconds) / Math.max(1, steps - 1),
      curve,
      settings: { ...SETTINGS, estimators: ESTIMATORS, threads },
      versions: VERSIONS,
      ...more,
    };
    keepResult(name, result);
    return result;
  };
  try {
    await timedTraining(model, train, {
      optimizer: adam,
      batchSize,
      averaging,
      executor,
      seconds: plan.seconds,
      evaluations: plan.evaluations,
      evaluate: async ({ seconds, startSeconds, steps, reports }) => {
        start = startSeconds;
        const { nll, standardError, chainError } = await latentLikelihood(densityOf(model), images, { ...likelihood, seed, executor });
        curve.push({ seconds, steps, nll, standardError, chainError, reconstruction: reports.reconstruction });
        keep();
      },
    });
    return keep();
  } catch (error) {
    if ((error as Error).name !== 'TrainingDiverged') throw error;
    return keep({ diverged: (error as Error).message });
  } finally {
    model.dispose();
    adam.dispose();
  }
}
