import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { compareWithOnnx, learnQuartic, sampleQuartic } from '../../examples/ownDynamics/run.ts';
import { tamedLangevin } from '../../examples/ownDynamics/tamedLangevin.ts';
import { langevin } from '../../plugin/index.ts';

it('a dynamics of one’s own samples, where Langevin runs away, is a loss, and runs as an ONNX step', async () => {
  await expect(sampleQuartic(langevin(), 20)).rejects.toThrow(/diverged/);
  const points = await sampleQuartic(tamedLangevin(), 2000);
  // E|x|² = ∫ r³ exp(−r⁴/4) dr / ∫ r exp(−r⁴/4) dr = 2/√π = 1.128; a step of .005 adds a hundredth, 2000 points deviate by .02.
  const square = tf.mean(tf.sum(tf.square(points), 1)).dataSync()[0];
  expect(Math.abs(square - 2 / Math.sqrt(Math.PI))).toBeLessThan(0.1);
  expect(Math.abs((await learnQuartic(tamedLangevin(), points)) - 1)).toBeLessThan(0.1);
  expect(await compareWithOnnx(tamedLangevin(), 200)).toBeLessThan(1e-3);
});
