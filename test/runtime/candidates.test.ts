import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportEnergyModel } from '../../exporters/exportEnergyModel.ts';
import { energyModel } from '../../plugin/energy/energyModel.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { type LoadedModel, loadModel } from '../../runtime/loadModel.ts';

/** Four fifths of the mass around the north pole of S², a fifth around the south pole, 20 nats of valley between. */
const poles = (x: Tensor2D) =>
  tf.neg(
    tf.logSumExp(
      tf.add(
        tf.matMul(x, [
          [0, 0],
          [0, 0],
          [20, -20],
        ]),
        [Math.log(0.8), Math.log(0.2)],
      ),
      1,
    ),
  ) as tf.Tensor1D;

let model: LoadedModel;
beforeAll(async () => {
  const { bytes } = await exportEnergyModel(energyModel({ manifold: sphere(2), network: poles }));
  model = await loadModel(ort, bytes);
});
afterAll(() => model.dispose());

const settings = { n: 2000, steps: 20, stepSize: 1e-3, seed: 3 };
const north = (points: Float32Array) => points.filter((z, i) => i % 3 === 2 && z > 0).length / settings.n;

describe('candidates', () => {
  it('give separated modes their share', async () => {
    // Uniform starts fall to the nearer pole; the share among 100,000 candidates, of which a tenth count, has standard error 0.004.
    expect(Math.abs(north(await model.sample(settings)) - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(north(await model.sample({ ...settings, candidates: 100_000 })) - 0.8)).toBeLessThan(0.02);
  });

  it('change nothing where there are as many as samples, and are fixed by the seed', async () => {
    const few = { ...settings, n: 5 };
    expect(await model.sample({ ...few, candidates: 5 })).toEqual(await model.sample(few));
    expect(await model.sample({ ...few, candidates: 50 })).toEqual(await model.sample({ ...few, candidates: 50 }));
  });

  it('are refused where they make no sense', async () => {
    await expect(model.sample({ ...settings, candidates: 10 })).rejects.toThrow(
      /candidates must be a whole number of at least n = 2000; got 10/,
    );
    await expect(model.sample({ ...settings, candidates: 2000.5 })).rejects.toThrow(RangeError);
    const { bytes } = await exportEnergyModel(energyModel({ manifold: euclidean(2), network: (x) => tf.sum(tf.square(x), 1) }));
    const flat = await loadModel(ort, bytes);
    await expect(flat.sample({ n: 2, candidates: 5 })).rejects.toThrow(/which euclidean:2 does not have/);
    await flat.dispose();
  });
});
