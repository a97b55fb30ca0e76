import type { LayersModel, Optimizer, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Fingerprint } from './checkpoint.ts';
import { crc32 } from './crc32.ts';
import type { Settings } from './settings.ts';

async function digest(x: Tensor2D | null): Promise<{ shape: number[]; crc32: string } | null> {
  if (x === null) return null;
  const values = await x.data();
  return { shape: x.shape, crc32: crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) };
}

/** A network's layers without their names, which tfjs numbers anew in each process; of networks in it likewise. */
const layersOf = (network: LayersModel): unknown[] =>
  network.layers.map((layer) => {
    if (layer instanceof tf.LayersModel) return [layer.getClassName(), layersOf(layer)];
    const { name: _, ...config } = layer.getConfig();
    return [layer.getClassName(), config];
  });

/** All that decides the course of a run: two runs with the same fingerprint take the same steps. */
export async function fingerprintOf(run: {
  manifold: string;
  network: LayersModel | null;
  weights: readonly Variable[];
  optimizer: Optimizer;
  train: Tensor2D;
  validation: Tensor2D | null;
  /** Schedules and numbers. */
  settings: Fingerprint;
}): Promise<Fingerprint> {
  const { learningRate, ...optimizer } = run.optimizer.getConfig();
  return {
    manifold: run.manifold,
    network: run.network && layersOf(run.network),
    weights: run.weights.map(({ shape }) => shape),
    optimizer: run.optimizer.getClassName(),
    optimizerSettings: { ...optimizer, learningRate: run.settings.learningRate === null ? learningRate : 'scheduled' },
    data: await digest(run.train),
    validationData: await digest(run.validation),
    ...run.settings,
  };
}

/** The part of a fingerprint that settings common to all runs make. */
export const settingsFingerprint = ({ clipNorm, weightDecay, averaging, keepBest, metrics }: Settings): Fingerprint => ({
  clipNorm,
  weightDecay,
  averaging,
  keepBest,
  metrics: metrics.map(({ name, everyEpochs = 1 }) => [name, everyEpochs]),
});
