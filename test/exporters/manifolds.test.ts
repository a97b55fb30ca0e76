import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportSamplerStep } from '../../exporters/index.ts';
import { drawNoise, energyModel, mlpEnergy, parseManifold } from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';
import { largest } from '../support/arrays.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

const names = [
  'torus:2',
  'hyperbolic:2',
  'poincare:2',
  'so3',
  'simplex:3',
  'stiefel:5,2',
  'spd:2',
  'product(sphere:2,torus:1,hyperbolic:1)',
];

describe.each(names)('the sampler step on %s', (name) => {
  const manifold = parseManifold(name);
  const m = manifold.ambientDim as number;
  const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [16], seed: 3 }), seed: 3 });

  it.each(RUNTIMES)('is that of tfjs at any batch size, in $backend', async ({ ort, provider }) => {
    const { bytes } = await exportSamplerStep(model);
    keepOnnx(`step-${name}-${provider}`, bytes);
    const session = await ort.InferenceSession.create(bytes, { executionProviders: [provider] });
    for (const rows of [1, 7, 50]) {
      const [x, noise] = [1, 2].map((seed) => drawNoise(model.dynamics.noise!, [rows, m], randomStream(seed)) as tf.Tensor2D);
      const start = manifold.fromGaussian(x);
      const feed = (t: tf.Tensor) => new ort.Tensor('float32', t.dataSync() as Float32Array, t.shape);
      const { next } = await session.run({ x: feed(start), noise: feed(noise), stepSize: feed(tf.scalar(0.1)) });
      const expected = model.dynamics.step(model.energy, start, 0.1, noise).next;
      expect(next.dims).toEqual([rows, m]);
      expect(largest(tf.sub(expected, start))).toBeGreaterThan(0.1);
      // The same float32 operations but for sums' order and the runtimes' own exponentials: some units of 6e-8 of the largest coordinate.
      const error = largest(tf.sub(tf.tensor(next.data as Float32Array, [rows, m]), expected));
      expect(error / Math.max(1, largest(expected))).toBeLessThan(3e-6);
    }
  });
});
