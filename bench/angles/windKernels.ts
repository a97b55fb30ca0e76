import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { circlePoints } from '../../examples/angles/circlePoints.ts';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { type Energy, energyModel, kernelDensity, torus } from '../../plugin/index.ts';
import { conditionalVelocity } from '../earth/conditionalVelocity.ts';
import { kernelMixture } from '../earth/kernelMixture.ts';
import type { Angles } from './measure.ts';

/** Noise levels in radians, from a circle without modes to less than half a degree. */
const [COARSEST, FINEST] = [0.5, 0.005];
/** Widths at first, about those of cross-validated kernels; each kernel is narrower by the root of the density around it (Abramson 1982). */
const [WIDTHS, EXPONENT] = [[0.03, 0.06], 0.5];
const [STEPS, BATCH, RATE] = [600, 128, 0.05];

/** Kernels at the directions whose widths MVL learns at all noise levels, each direction left out of its own density: as bench/earth does on the globe. */
export async function fitKernels(train: Angles, seed: number): Promise<Energy> {
  const manifold = torus(1);
  const points = circlePoints(train);
  const logDensities = kernelDensity(points, { manifold, folds: 5 }).logDensity(points);
  const mean = logDensities.reduce((sum, value) => sum + value, 0) / points.length;
  const sites = { points, crowding: logDensities.map((value) => value - mean) };
  const mixture = kernelMixture(sites, { widths: WIDTHS, exponent: EXPONENT, trainExponent: false });
  const finest = (x: Tensor2D) => mixture.energy(x, FINEST ** 2);
  const model = energyModel({ manifold, network: finest, seed });
  const loss = conditionalVelocity({ manifold, energy: mixture.energy, from: COARSEST, to: FINEST });
  model.compile({ optimizer: tf.train.adam(RATE, 0.9, 0.99), loss });
  await model.fit(points, {
    epochs: Math.ceil(STEPS / Math.ceil(points.length / BATCH)),
    batchSize: BATCH,
    learningRate: (progress) => RATE * (0.05 + 0.95 * Math.cos((Math.PI / 2) * progress) ** 2),
    averaging: 0.98,
    verbose: 0,
    executor: onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } }),
  });
  return finest;
}
