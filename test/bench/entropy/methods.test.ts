import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { METHODS } from '../../../bench/entropy/methods.ts';
import { type Moment, timedTraining } from '../../../bench/entropy/timedTraining.ts';
import { onnxruntimeExecutor } from '../../../exporters/index.ts';
import { implicitVae } from '../../../models/implicitVae/implicitVae.ts';
import { mlpNetworks } from '../../../models/networks/mlpNetworks.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { farthest, normal, number } from './tensors.ts';

const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });

describe.each(Object.entries(METHODS))('%s', (_, { make }) => {
  const options = { latent: euclidean(8), columns: 6, networks: mlpNetworks({ hidden: [8] }), seed: 3 };

  it('starts from the weights of the implicit VAE, and takes the same steps compiled', async () => {
    const x = tf.sigmoid(normal([24, 6], 4)) as tf.Tensor2D;
    const [plain, compiled] = [make(options), make(options)];
    const base = implicitVae(options);
    for (const network of ['encoder', 'displacement', 'decoder'])
      for (const [i, weight] of base.networks[network].getWeights().entries())
        expect(farthest(plain.networks[network].getWeights()[i], weight)).toBe(0);
    const fit = { epochs: 3, batchSize: 8, averaging: 0.9 };
    for (const model of [plain, compiled]) model.compile({ optimizer: tf.train.adam(1e-2, 0.5) });
    const { history: eager } = await plain.fit(x, fit);
    const { history: graph } = await compiled.fit(x, { ...fit, executor });
    // Nine steps in single precision in another order of sums.
    for (const [name, values] of Object.entries(eager))
      for (const [i, value] of values.entries()) expect(Math.abs(graph[name][i] - value)).toBeLessThan(2e-4 * (1 + Math.abs(value)));
    expect(eager.loss[2]).not.toBe(eager.loss[0]);
  });
});

describe('timedTraining', () => {
  const options = { latent: euclidean(2), columns: 6, networks: mlpNetworks({ hidden: [8] }), seed: 3 };

  it('evaluates the averaged weights at equal distances of time, and ends with them', async () => {
    const model = implicitVae(options);
    const x = tf.sigmoid(normal([32, 6], 4)) as tf.Tensor2D;
    const moments: Moment[] = [];
    const seen: number[] = [];
    const bias = () => number(model.networks.decoder.getWeights().at(-1) as tf.Tensor);
    await timedTraining(model, x, {
      optimizer: tf.train.adam(1e-2, 0.5),
      batchSize: 8,
      averaging: 0.9,
      executor,
      seconds: 0.3,
      evaluations: 3,
      evaluate: async (moment) => {
        moments.push(moment);
        seen.push(bias());
        await new Promise((resolve) => setTimeout(resolve, 800));
      },
    });
    expect(moments).toHaveLength(3);
    for (const [i, { seconds, steps, startSeconds, reports }] of moments.entries()) {
      // A call takes 40 ms, and on a busy machine several times as much. Evaluations of 0.8 s each do not count.
      expect(seconds).toBeGreaterThanOrEqual(0.1 * (i + 1));
      expect(seconds).toBeLessThan(0.1 * (i + 1) + 0.7);
      expect(steps).toBeGreaterThan(moments[i - 1]?.steps ?? 1);
      expect(startSeconds).toBeGreaterThan(0);
      expect(reports.reconstruction).toBeGreaterThan(0);
    }
    expect(bias()).toBe(seen[2]);
    expect(new Set(seen).size).toBe(3);
  });

  it('refuses rows that do not make whole batches', async () => {
    const some = { batchSize: 8, averaging: 0.9, executor, seconds: 1, evaluations: 1, evaluate: async () => {} };
    const x = tf.zeros([20, 6]) as tf.Tensor2D;
    await expect(timedTraining(implicitVae(options), x, { ...some, optimizer: tf.train.adam() })).rejects.toThrow(
      /batches of 8; got 20.*last 4/,
    );
  });
});
