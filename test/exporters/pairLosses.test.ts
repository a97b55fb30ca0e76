import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import {
  drawNoise,
  energyModel,
  euclidean,
  type FitOptions,
  gaussian,
  mlpEnergy,
  mvlBirthDeath,
  mvlSpos,
  rbf,
  svgdKsd,
} from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';

const manifold = euclidean(2);
const losses = [svgdKsd({ kernel: rbf() }), mvlSpos({ kernel: rbf(), alpha: 0.5 }), mvlBirthDeath({ bandwidth: 0.4 })];

/** A loss over pairs of points cannot be cut into blocks of rows, and its number of points may enter only as sizes. */
it.each(losses.map((loss) => [loss.name, loss] as const))('%s trains in onnxruntime as in tfjs', async (_, loss) => {
  const x = drawNoise(gaussian(), [96, 2], randomStream(3)) as tf.Tensor2D;
  const train = async (executor: Pick<FitOptions, 'executor'>) => {
    const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [8], seed: 1 }), seed: 1 });
    model.compile({ loss });
    const { history } = await model.fit(x, { epochs: 3, batchSize: 32, seed: 2, verbose: 0, ...executor });
    const found = [...history.loss, ...tf.tidy(() => model.energy(x).dataSync())];
    const backend = model.summary?.backend;
    model.dispose();
    return { found, backend };
  };
  const [here, there] = [await train({}), await train({ executor: onnxruntimeExecutor(ort) })];
  expect(there.backend).toBe('onnxruntime-node');
  expect(there.found.length).toBe(99);
  // Round-off of 4e-7/ε = 4e-4 in each sample of the loss, less in their mean, through nine steps of Adam.
  for (const [i, value] of here.found.entries()) expect(Math.abs(there.found[i] - value)).toBeLessThan(1e-3);
});
