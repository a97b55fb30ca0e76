import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type Dynamics, type Energy, type EnergyModel, energyModel, minimumVelocity, riemannianLangevin, sphere } from 'tfjs-mvl';
import { exportEnergyModel, exportOnnx } from 'tfjs-mvl/exporters';
import * as models from 'tfjs-mvl/models';
import { type LoadedModel, loadModel } from 'tfjs-mvl/runtime';

export async function serve(points: number[][]): Promise<LoadedModel> {
  const dynamics: Dynamics = riemannianLangevin(sphere(2));
  const model: EnergyModel = energyModel({ manifold: sphere(2), seed: 1 });
  model.compile({ optimizer: tf.train.rmsprop(5e-4), loss: minimumVelocity(dynamics, { epsilon: 1e-3, noise: 'antithetic' }) });
  await model.fit(tf.tensor2d(points), { epochs: 1, validationSplit: 0.1 });
  const { bytes } = await exportEnergyModel(model);
  const served = await loadModel(ort, bytes, { executionProviders: ['cpu'] });
  const scores: Float32Array = await served.score(points);
  scores.fill(0);
  return served;
}

const height: Energy = (x) => tf.sum(x, 1);
export const file = exportOnnx(height, { inputs: { x: { shape: ['batch', 3], dtype: 'float32' } } });
export const names: string[] = Object.keys(models);

// @ts-expect-error a manifold is not optional
energyModel({});
