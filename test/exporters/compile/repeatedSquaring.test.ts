import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compile } from '../../../exporters/index.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';

async function agree(fn: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): Promise<void> {
  const compiled = await compile(fn, { ort });
  const [there, here] = [await (await compiled(x)).data(), await fn(x).data()];
  for (const [i, value] of here.entries()) expect(Math.abs(there[i] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  await compiled.dispose();
}

/** The number in x ↦ x²/(4 · mean of squares), carried through ten squares, would be 4 to the power of −1023, and what it stands before as large. */
const squared = (x: tf.Tensor): tf.Tensor => {
  let power = tf.div(x, 4);
  for (let i = 0; i < 10; i++) power = tf.div(tf.matMul(power as tf.Tensor2D, power as tf.Tensor2D), tf.sum(tf.square(power)));
  return power;
};

describe('squaring again and again, compiled', () => {
  it.each([0.001, 1, 1000])('of a matrix of size %d', (size) =>
    agree(squared, tf.tensor2d([0.8 * size, 0.3 * size, 0.3 * size, 0.5 * size], [2, 2])),
  );

  it('finds the rotations nearest to matrices, and the slope of that', async () => {
    const noise = (scale: number, seed: number) => tf.randomNormal<tf.Rank.R2>([6, 9], 0, scale, 'float32', seed);
    const x = tf.add(so3().fromGaussian(noise(1, 3)), noise(0.2, 5));
    const project = (points: tf.Tensor): tf.Tensor => so3().project(points as tf.Tensor2D);
    await agree(project, x);
    await agree((points) => tf.grad((rows) => tf.sum(tf.mul(project(rows), tf.range(0, 9))))(points), x);
  });
});
