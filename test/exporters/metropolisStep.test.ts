import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkParity, exportSamplerStep } from '../../exporters/index.ts';
import { drawNoise, type Energy, energyModel, euclidean, hmc, mala, type NoiseSpec, sphere } from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

/** Steep enough that some proposals are rejected, and NaN in places. */
const energy: Energy = (x) => tf.sum(tf.add(tf.mul(4, tf.square(x)), tf.log(tf.add(x, 0.9))), 1);

it.each([
  ['mala on S²', mala(sphere(2)), 0.1],
  ['mala', mala(euclidean(3)), 0.1],
  ['hmc on S²', hmc(sphere(2), { leapfrogs: 2 }), 0.3],
] as const)('a Metropolis step runs in onnxruntime, its rejections and NaN with it: %s', async (name, dynamics, dt) => {
  const { manifold } = dynamics;
  const ebm = energyModel({ manifold, network: energy });
  const exported = await exportSamplerStep(ebm, dynamics);
  keepOnnx(`step-${name}`, exported.bytes);
  const rows = 40;
  const x = tf.tidy(() => manifold.fromGaussian(tf.abs(tf.randomNormal([rows, 3], 0, 1, 'float32', 4)) as tf.Tensor2D));
  const noise = drawNoise(dynamics.noise as NoiseSpec, [rows, 3], randomStream(1));
  const { accepted } = dynamics.step(ebm.energy, x, dt, noise);
  expect(new Set(accepted!.dataSync())).toEqual(new Set([0, 1]));
  const data: Record<string, Float32Array> = {
    x: x.dataSync() as Float32Array,
    noise: noise.dataSync() as Float32Array,
    stepSize: Float32Array.of(dt),
  };
  for (const { ort, provider } of RUNTIMES) {
    const report = await checkParity(
      exported,
      (p: tf.Tensor2D, z: tf.Tensor2D, h: tf.Scalar) => ({ next: dynamics.step(ebm.energy, p, h, z).next }),
      { ort, executionProviders: [provider], batches: [rows], sample: (input) => data[input] },
    );
    // A decision that fell the other way would be off by the length of a move, of order .1.
    expect(report.outputs.next.tfjs.maxRelative).toBeLessThan(1e-5);
  }
});
