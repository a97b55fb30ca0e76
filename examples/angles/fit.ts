import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type Energy, energyModel, logPartition, type Manifold, mlpEnergy, mvlRld, randomStream, torusQuadrature } from 'tfjs-mvl';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { amongUniform, withoutUniform } from './background.ts';

export interface AngleOptions {
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Widths of the smoothing in radians, from the first step to the last. */
  readonly smoothing: { readonly from: number; readonly to: number };
  /** Of the points that a batch is drawn from, how many are uniform. */
  readonly uniformShare: number;
  readonly hidden: readonly number[];
  readonly seed: number;
}

/** Points that batches are drawn from, at most: 16 MB of pairs of angles. */
const POOL = 1_000_000;

/** An energy of angles on one circle or two by MVL-RLD, trained by onnxruntime. It is that of the angles alone, without the uniform share. */
export async function fitAngles(angles: readonly (readonly number[])[], manifold: Manifold, options: AngleOptions): Promise<Energy> {
  const { steps, batchSize, learningRate, smoothing, uniformShare, hidden, seed } = options;
  const network = mlpEnergy({ manifold, hidden, head: 'scalar', seed });
  const model = energyModel({ manifold, network, seed });
  model.compile({ optimizer: tf.train.adam(), loss: mvlRld({ manifold, noise: 'rademacher' }) });
  const points = amongUniform(angles, uniformShare, Math.min(POOL, steps * batchSize), randomStream(seed, 3));
  await model.fit(points, {
    epochs: Math.max(1, Math.round((steps * batchSize) / points.shape[0])),
    batchSize,
    learningRate: (progress) => learningRate * Math.cos((Math.PI / 2) * progress) ** 2,
    averaging: 0.99,
    smoothing,
    executor: onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } }),
    verbose: 0,
  });
  points.dispose();
  const logZ = await logPartition(model.energy, torusQuadrature(manifold), { tolerance: 1e-4 });
  return withoutUniform(model.energy, manifold, uniformShare, logZ);
}
