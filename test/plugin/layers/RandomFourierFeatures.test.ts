import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { RandomFourierFeatures } from '../../../plugin/layers/RandomFourierFeatures.ts';
import { registerLayers } from '../../../plugin/layers/registerLayers.ts';

const frequencies = [1, 4];
const layerOf = (more = {}) => new RandomFourierFeatures({ frequencies, count: 3, seed: 5, ...more });
const point = [0.3, -0.5, 0.8];
const outputOf = (layer: RandomFourierFeatures) =>
  tf.tidy(() => (layer.apply(tf.tensor2d([point])) as tf.Tensor).arraySync() as number[][])[0];

describe('RandomFourierFeatures', () => {
  it('is x, then a cos ω⟨u, x⟩, then a sin ω⟨u, x⟩, for vectors ωu of norm ω', () => {
    const layer = layerOf({ amplitudes: [1, 0.25] });
    const output = outputOf(layer);
    const matrix = layer.getWeights()[0].arraySync() as number[][];
    const columns = matrix[0].map((_, c) => matrix.map((row) => row[c]));
    expect(columns.map((column) => Math.hypot(...column))).toEqual([1, 1, 1, 4, 4, 4].map((norm) => expect.closeTo(norm, 5)));
    const phases = columns.map((column) => column.reduce((sum, v, i) => sum + v * point[i], 0));
    const amplitude = (c: number) => (c < 3 ? 1 : 0.25);
    const expected = [...point, ...phases.map((p, c) => amplitude(c) * Math.cos(p)), ...phases.map((p, c) => amplitude(c) * Math.sin(p))];
    // float32 phases of size 4 are off by 5e-7.
    expect(output).toEqual(expected.map((v) => expect.closeTo(v, 5)));
    expect(new Set(phases.map((p) => p.toFixed(6))).size).toBe(6);
  });

  it('depends on the seed alone', () => {
    expect(outputOf(layerOf())).toEqual(outputOf(layerOf()));
    expect(outputOf(layerOf())).not.toEqual(outputOf(layerOf({ seed: 6 })));
  });

  it('leaves x out where asked, and says its output shape', () => {
    const layer = layerOf({ includeInput: false });
    expect(outputOf(layer)).toHaveLength(12);
    expect(layer.computeOutputShape([null, 3])).toEqual([null, 12]);
    expect(layerOf().computeOutputShape([null, 3])).toEqual([null, 15]);
  });

  it('has weights that are saved but not trained', () => {
    const layer = layerOf();
    outputOf(layer);
    expect([layer.trainableWeights.length, layer.weights.length]).toEqual([0, 2]);
  });

  it('comes back from a saved model', async () => {
    registerLayers();
    registerLayers();
    const input = tf.input({ shape: [3] });
    const features = layerOf({ amplitudes: [1, 0.5], includeInput: false, name: 'features' }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 1 }).apply(features) as tf.SymbolicTensor });
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = JSON.parse(JSON.stringify(artifacts));
        if (saved) saved.weightData = artifacts.weightData as ArrayBuffer;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
    expect(loaded.getLayer('features').getConfig()).toEqual(model.getLayer('features').getConfig());
    const x = tf.tensor2d([point]);
    expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
  });

  it.each([
    [{ frequencies: [] }, /positive frequencies/],
    [{ frequencies: [1, -2] }, /positive frequencies.*got \[1,-2\]/],
    [{ count: 0 }, /positive integer count/],
    [{ amplitudes: [1] }, /1 amplitudes for 2 frequencies/],
  ])('refuses %j', (more, message) => {
    expect(() => layerOf(more)).toThrow(message);
  });
});
