import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../../exporters/index.ts';
import type { LossOption } from '../../../plugin/energy/energyModel.ts';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { mlpEnergy } from '../../../plugin/energy/mlpEnergy.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { denoisingScoreMatching } from '../../../plugin/losses/denoisingScoreMatching.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { slicedScoreMatching } from '../../../plugin/losses/slicedScoreMatching.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import type { FitOptions } from '../../../plugin/training/fitOptions.ts';
import { numbers } from '../../support/arrays.ts';
import { cap } from '../../support/tinyModel.ts';

const manifold = sphere(2);
// Batches of 16, 16 and 8.
const points = cap(40);

async function weights(loss: LossOption, more: FitOptions = {}) {
  const network = mlpEnergy({ manifold, hidden: [6], seed: 3 });
  const before = network.getWeights().flatMap(numbers);
  const model = energyModel({ manifold, network, seed: 7 });
  model.compile({ loss, optimizer: tf.train.sgd(0.05) });
  await model.fit(points, { epochs: 2, batchSize: 16, verbose: 0, ...more });
  const after = network.getWeights().flatMap(numbers);
  return after.map((v, i) => v - before[i]);
}

it.each<[string, LossOption, FitOptions]>([
  ['sliced', slicedScoreMatching({ manifold }), {}],
  ['SSM-VR', ssmVr({ manifold, noise: 'rademacher' }), {}],
  ['MVL by chart at ε = 0, smoothed', mvlRld({ manifold, route: 'chart', epsilon: 0 }), { smoothing: 0.3 }],
  ['denoising', denoisingScoreMatching({ manifold, sigma: 0.2 }), {}],
  ['denoising at listed levels', denoisingScoreMatching({ manifold, sigmas: [0.1, 0.3] }), {}],
  ['denoising over a range', denoisingScoreMatching({ manifold, sigmas: { from: 0.5, to: 0.1 } }), {}],
  ['CD-1', contrastiveDivergence({ manifold, epsilon: 0.02 }), {}],
  ['CD-1 with ε after the smoothing', contrastiveDivergence({ manifold }), { smoothing: { from: 0.6, to: 0.3 } }],
])('%s trains by onnxruntime as by tfjs', async (_, loss, options) => {
  const plain = await weights(loss, options);
  const traced = await weights(loss, { ...options, executor: onnxruntimeExecutor(ort) });
  expect(Math.hypot(...plain)).toBeGreaterThan(0.02);
  // Six steps; differences of energies divided by ε = 2e-3 have errors of 2e-4 a sample, of order 1.
  expect(Math.hypot(...traced.map((v, i) => v - plain[i])) / Math.hypot(...plain)).toBeLessThan(2e-3);
});
