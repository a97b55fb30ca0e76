import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { mlpEnergy } from '../../../plugin/energy/mlpEnergy.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { cap, weightsOf } from '../../support/tinyModel.ts';

const manifold = sphere(2);

async function train() {
  const network = mlpEnergy({ manifold, hidden: [8], features: { frequencies: [1, 3], count: 4 }, seed: 1 });
  const model = energyModel({ manifold, network, seed: 1 });
  model.compile({ optimizer: 'adam', loss: mvlRld({ manifold, noise: 'antithetic' }) });
  await model.fit(cap(60), {
    epochs: 2,
    batchSize: 32,
    validationSplit: 0.2,
    smoothing: { from: 0.4, to: 0.2 },
    averaging: 0.9,
    clipNorm: 1,
  });
  return model;
}

describe('on the wasm backend', () => {
  let onCpu: number[][];
  beforeAll(async () => {
    await tf.setBackend('cpu');
    onCpu = weightsOf(await train());
    await tf.setBackend('wasm');
    // In tests tfjs checks each kernel for leaks, and takes the tensors that a gradient of fused matMul keeps on wasm for one.
    tf.env().set('IS_TEST', false);
  });
  afterAll(() => tf.setBackend('cpu'));

  it('fit, energy, score and sample run, and agree with the cpu backend', async () => {
    const model = await train();
    expect(model.summary?.backend).toBe('wasm');
    // Four steps of Adam at 1e-3 move a weight by at most 4e-3, in a direction that round-off can turn where a gradient is near zero.
    expect(weightsOf(model).flat()).toEqual(onCpu.flat().map((w) => expect.closeTo(w, 2)));
    expect(model.score(cap(3)).shape).toEqual([3, 3]);
    expect((await model.sample({ n: 2, steps: 2 })).shape).toEqual([2, 3]);
  });

  it('leaves no tensors behind', async () => {
    const model = await train();
    const before = tf.memory();
    await model.fit(cap(60), { epochs: 2, validationSplit: 0.2, smoothing: 0.3, averaging: 0.9 });
    tf.dispose([model.energy(cap(3)), model.score(cap(3)), await model.sample({ n: 2, steps: 2 })]);
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  it('is reproducible bit for bit', async () => {
    expect(weightsOf(await train())).toEqual(weightsOf(await train()));
  });
});
