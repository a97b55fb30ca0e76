import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Fingerprint } from './checkpoint.ts';
import { crc32 } from './crc32.ts';
import type { RunParts } from './run.ts';

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
export async function fingerprintOf({ seed, identity, all, program, data, settings }: RunParts): Promise<Fingerprint> {
  const { optimizer } = program;
  // Asked for here: schedules are called for a checkpoint only.
  const own = identity.settings();
  const { learningRate, ...optimizerSettings } = optimizer.getConfig();
  const { clipNorm, weightDecay, averaging, keepBest, metrics } = settings;
  return {
    manifold: identity.manifold,
    network: identity.network && layersOf(identity.network),
    weights: all.map(({ shape }) => shape),
    optimizer: optimizer.getClassName(),
    optimizerSettings: { ...optimizerSettings, learningRate: own.learningRate === null ? learningRate : 'scheduled' },
    data: await digest(data.train),
    validationData: await digest(data.validation),
    seed,
    ...own,
    clipNorm,
    weightDecay,
    averaging,
    keepBest,
    metrics: metrics.map(({ name, everyEpochs = 1 }) => [name, everyEpochs]),
  };
}
