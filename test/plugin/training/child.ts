import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { cap, tinyModel, weightsOf } from '../../support/tinyModel.ts';

/** The run that is killed and resumed: everything that a checkpoint has to carry. */
export const options: FitOptions = {
  epochs: 4,
  batchSize: 8,
  validationSplit: 0.2,
  averaging: 0.9,
  keepBest: true,
  smoothing: { from: 0.4, to: 0.2 },
  learningRate: (progress) => 0.01 * (1 - progress / 2),
  clipNorm: 5,
};

export const points = cap(50);

/** Trains with early stopping and per-step checkpoints; `pause` milliseconds a step give time to be killed. */
export async function train(path: string, resume: boolean, pause: number, print: (line: string) => void) {
  const model = tinyModel();
  const wait = {
    onBatchEnd: async (batch: number) => {
      print(`batch ${batch}`);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    },
  };
  const callbacks = [tf.callbacks.earlyStopping({ patience: 3 }), wait];
  const history = await model.fit(points, { ...options, callbacks, checkpoint: { path, everySteps: 3 }, resume });
  return {
    history,
    digest: createHash('sha256')
      .update(JSON.stringify(weightsOf(model)))
      .digest('hex'),
  };
}

if (process.argv[1]?.endsWith('child.ts')) {
  tf.env().set('IS_TEST', true);
  const [path, resume, pause] = process.argv.slice(2);
  try {
    console.log(JSON.stringify(await train(path, resume === 'resume', Number(pause), (line) => console.log(line))));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 130;
  }
}
