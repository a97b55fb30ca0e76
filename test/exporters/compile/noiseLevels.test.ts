import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportEnergyModel, exportTrainStep, onnxruntimeExecutor } from '../../../exporters/index.ts';
import {
  conditionalEnergy,
  energyModel,
  euclidean,
  type FitOptions,
  likelihoodMetric,
  loadEnergyModel,
  sphere,
  sphereQuadrature,
} from '../../../plugin/index.ts';
import { loadModel } from '../../../runtime/index.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { cap } from '../../support/tinyModel.ts';
import { relativeDistance } from './optimizers.ts';

const [{ ort }] = RUNTIMES;
const executor = onnxruntimeExecutor(ort);
const manifold = sphere(2);
const noiseLevels = { from: 1, to: 0.2 };
const points = cap(50);

/** Trains a small model on the cap; its weights, and what fit told. */
async function trained(options: FitOptions) {
  const network = conditionalEnergy({ manifold, noiseLevels, hidden: [6], features: { count: 2 }, seed: 1 });
  const model = energyModel({ manifold, network, noiseLevels, seed: 3 });
  const before = tf.memory().numTensors;
  model.compile();
  const { history } = await model.fit(points, { epochs: 10, batchSize: 30, ...options });
  const weights = network.getWeights().flatMap((w) => [...w.dataSync()]);
  const leaked = tf.memory().numTensors - before;
  return { model, network, weights, history, leaked };
}

describe('fit at noise levels by onnxruntime', () => {
  const checkpoint = join(tmpdir(), `levels-${process.pid}.ckpt`);
  afterAll(() => rmSync(checkpoint, { force: true }));

  it('ends where fit by tfjs ends: averaged, validated, the best weights kept', async () => {
    const options: FitOptions = {
      averaging: 0.9,
      clipNorm: 1,
      validationSplit: 0.2,
      validation: likelihoodMetric(sphereQuadrature(manifold, 16), { everyEpochs: 5 }),
      keepBest: 'val_loss',
    };
    const [own, theirs] = [await trained({ ...options, executor }), await trained(options)];
    // Rounding differs, and 20 steps let it grow little.
    expect(relativeDistance(own.weights, theirs.weights)).toBeLessThan(1e-4);
    for (const [entry, values] of Object.entries(theirs.history)) expect(relativeDistance(own.history[entry], values)).toBeLessThan(2e-3);
    expect(own.leaked).toBe(theirs.leaked);
    expect(new Set(theirs.history.val_loss).size).toBeGreaterThan(1);
  });

  it('goes on from a checkpoint as if never stopped, bit for bit', async () => {
    const options: FitOptions = { executor, averaging: 0.9, validationSplit: 0.2, epochs: 6 };
    const whole = await trained(options);
    const abort = new AbortController();
    const stop = { onEpochEnd: (epoch: number) => void (epoch === 2 && abort.abort()) };
    await expect(trained({ ...options, checkpoint, signal: abort.signal, callbacks: stop })).rejects.toThrow();
    const resumed = await trained({ ...options, checkpoint, resume: true });
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.history).toEqual(whole.history);
  });

  it('saves, loads and exports what it learned', async () => {
    const { model } = await trained({ executor, epochs: 2 });
    const saved: tf.io.ModelArtifacts[] = [];
    const save = async (artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> => {
      saved.push(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    };
    await model.save({ save });
    const again = await loadEnergyModel({ load: async () => saved[0] });
    expect(again.noiseLevels).toEqual(noiseLevels);
    expect(again.summary).toEqual(model.summary);
    for (const sigma of [0.2, 0.5, 1]) expect(again.at(sigma)(points).dataSync()).toEqual(model.at(sigma)(points).dataSync());
    for (const sigma of [undefined, 0.5]) {
      const { bytes, card } = await exportEnergyModel(again, sigma === undefined ? {} : { sigma });
      expect(card.sigma).toBe(sigma ?? 0.2);
      const session = await loadModel(ort, bytes);
      const own = await session.energy(points);
      const theirs = (sigma === undefined ? again.energy : again.at(sigma))(points).dataSync();
      expect(relativeDistance(Array.from(own), [...theirs])).toBeLessThan(1e-5);
      await session.dispose();
    }
    await expect(exportTrainStep(model)).rejects.toThrow(/a step at noise levels cannot be exported yet/);
    await expect(exportEnergyModel(energyModel({ manifold: euclidean(2) }), { sigma: 1 })).rejects.toThrow(
      /at: this model has no noise levels/,
    );
  });
});
