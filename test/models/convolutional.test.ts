import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportLatentModel, onnxruntimeExecutor } from '../../exporters/index.ts';
import { convolutionalNetworks, gaussianLikelihood, implicitVae } from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { loadModel } from '../../runtime/index.ts';
import { smallImages } from '../support/smallImages.ts';

const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });

describe('convolutional networks', () => {
  it('learn photographs of 32×32×3, and serve them', async () => {
    const { images, count } = await smallImages();
    const x = tf.tensor2d(images, [count, 3072]);
    const model = implicitVae({
      latent: euclidean(16),
      networks: convolutionalNetworks({ filters: [16, 24, 32], width: 64 }),
      likelihood: gaussianLikelihood({ deviation: 0.1, range: 'unit' }),
      seed: 1,
    });
    expect(model.columns).toBe(3072);
    model.compile({ optimizer: tf.train.adam(3e-3, 0.5) });
    await model.fit(x, { epochs: 28, batchSize: 33, executor });
    const square = (y: tf.Tensor) => tf.mean(tf.square(tf.sub(x, y))).dataSync()[0];
    // What a model gains that knows only the mean of all tiles, or of each tile.
    const flat = square(tf.tile(tf.mean(x, 0, true), [count, 1]));
    const tiles = tf.reshape(x, [count, 1024, 3]);
    const plain = tf.reshape(tf.tile(tf.mean(tiles, 1, true), [1, 1024, 1]), [count, 3072]) as tf.Tensor2D;
    const rebuilt = model.reconstruct(x, { seed: 1 });
    expect(square(rebuilt)).toBeLessThan(0.5 * flat);
    expect(square(rebuilt)).toBeLessThan(square(plain));
    const served = await loadModel(ort, (await exportLatentModel(model)).bytes);
    const again = await served.reconstruct(images, { seed: 1 });
    const differences = Array.from(rebuilt.dataSync(), (value, i) => Math.abs(value - again[i]));
    expect(differences.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(1e-4);
    await served.dispose();
  });

  it.each([
    [{ size: 20 }, /images of size 20 cannot be halved 3 times; give a size that is a multiple of 8/],
    [{ filters: [] }, /cannot be halved 0 times/],
  ])('refuse %p', (options, message) => {
    expect(() => convolutionalNetworks(options)).toThrow(message);
  });

  it('refuse rows of another size', () => {
    expect(() => implicitVae({ latent: euclidean(2), columns: 100, networks: convolutionalNetworks() })).toThrow(
      /the networks \(convolutional 32x32x3 32-64-128 256 elu\) take rows of 3072 columns, the data have 100/,
    );
  });
});
