import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type Dynamics, drawNoise, energyModel, euclidean, gaussian, minimumVelocity, randomStream, sample } from 'tfjs-mvl';
import { exportSamplerStep } from 'tfjs-mvl/exporters';

/** c|x|⁴/4, whose gradient c|x|²x outgrows any step size. */
export const quartic =
  (c: number | Variable) =>
  (x: Tensor2D): Tensor1D =>
    tf.mul(tf.div(c, 4), tf.square(tf.sum(tf.square(x), 1)));

/** Samples of exp(−|x|⁴/4) in the plane by a dynamics, from 42 units out. */
export const sampleQuartic = (dynamics: Dynamics, n: number): Promise<Tensor2D> =>
  sample(dynamics, quartic(1), tf.fill([n, 2], 30) as Tensor2D, { steps: 1000, stepSize: 0.005, seed: 1 });

/** Learns c from samples of c = 1, by the loss that the dynamics makes. */
export async function learnQuartic(dynamics: Dynamics, points: Tensor2D): Promise<number> {
  const c = tf.variable(tf.scalar(0.3));
  const model = energyModel({ manifold: euclidean(2), network: quartic(c), seed: 1 });
  model.compile({ optimizer: tf.train.adam(0.02), loss: minimumVelocity(dynamics, { epsilon: 1e-3 }) });
  await model.fit(points, { epochs: 20, batchSize: 200, verbose: 0 });
  return c.dataSync()[0];
}

/** The largest difference between a chain in tfjs and one in onnxruntime, of the exported step, with the same noise. */
export async function compareWithOnnx(dynamics: Dynamics, steps: number): Promise<number> {
  const model = energyModel({ manifold: euclidean(2), network: quartic(1), seed: 1 });
  const { bytes } = await exportSamplerStep(model, dynamics);
  const session = await ort.InferenceSession.create(bytes);
  const start = tf.fill([50, 2], 2) as Tensor2D;
  const here = await sample(dynamics, quartic(1), start, { steps, stepSize: 0.03, seed: 3 });
  let x = new ort.Tensor('float32', start.dataSync() as Float32Array, [50, 2]);
  const stepSize = new ort.Tensor('float32', Float32Array.of(0.03), []);
  for (let k = 1; k <= steps; k++) {
    const noise = drawNoise(gaussian(), [50, 2], randomStream(3, k));
    const { next } = await session.run({ x, noise: new ort.Tensor('float32', noise.dataSync() as Float32Array, [50, 2]), stepSize });
    x = next as ort.TypedTensor<'float32'>;
    noise.dispose();
  }
  await session.release();
  const there = x.data as Float32Array;
  return Math.max(...here.dataSync().map((value, i) => Math.abs(value - there[i])));
}
