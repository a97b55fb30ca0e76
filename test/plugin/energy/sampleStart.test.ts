import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { drawNoise, type Energy, energyModel, gaussian, randomStream, riemannianLangevin, sample, sphere } from '../../../plugin/index.ts';
import { numbers } from '../../support/arrays.ts';

it('samples from the stream (seed, 0), so that no step of the chain draws the same numbers again', async () => {
  const manifold = sphere(2);
  const energy: Energy = (x) => tf.mul(-2, tf.squeeze(tf.slice(x, [0, 2], [-1, 1]), [1]));
  const start = manifold.fromGaussian(drawNoise(gaussian(), [5, 3], randomStream(4, 0)) as tf.Tensor2D);
  const expected = await sample(riemannianLangevin(manifold), energy, start, { steps: 10, stepSize: 0.05, seed: 4 });
  const found = await energyModel({ manifold, network: energy }).sample({ n: 5, steps: 10, stepSize: 0.05, seed: 4 });
  expect(numbers(found)).toEqual(numbers(expected));
});
