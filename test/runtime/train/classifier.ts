import * as tf from '@tensorflow/tfjs';
import { exportTrainStep } from '../../../exporters/index.ts';
import { tinyModel } from '../../support/tinyModel.ts';

/** A classifier on labels, trained with momentum: noise on the points, an int32 input, a number with a default, a fixed variable. */
export function classifier(more: { readonly width?: number } = {}) {
  const { width = 3 } = more;
  const optimizer = tf.train.momentum(0.2, 0.9);
  const start = Float32Array.from({ length: 2 * width }, (_, i) => Math.sin(1 + i));
  const weight = tf.variable(tf.tensor(start, [2, width]));
  const scale = tf.variable(tf.scalar(2), false);
  const step = (points: tf.Tensor2D, labels: tf.Tensor1D, z: tf.Tensor2D, strength: tf.Scalar) => {
    const logits = () => tf.mul(scale, tf.matMul(tf.add(points, tf.mul(strength, z)), weight)) as tf.Tensor2D;
    const entropy = (y: tf.Tensor2D) => tf.sub(tf.logSumExp(y, 1), tf.sum(tf.mul(tf.oneHot(labels, width), y), 1));
    const loss = () => tf.mean(entropy(logits())) as tf.Scalar;
    return { loss: optimizer.minimize(loss, true, [weight]) as tf.Scalar };
  };
  const inputs = {
    points: { shape: ['batch', 2] },
    labels: { shape: ['batch'], dtype: 'int32' },
    z: { shape: ['batch', 2] },
    strength: { shape: [], default: 0.1 },
  } as const;
  const exported = exportTrainStep(step, { inputs, optimizer, noise: { z: 'uniform' }, name: 'classifier' });
  return { step, weight, exported };
}

/** A batch for it. */
export const points = Array.from({ length: 9 }, (_, i) => [Math.cos(i), Math.sin(2 * i)]);
export const labels = Int32Array.from(points, (_, i) => i % 3);

/** The file of a step of the tiny model, with averages. */
export const energyBytes = async (): Promise<Uint8Array> => {
  const model = tinyModel();
  const { bytes } = await exportTrainStep(model, { averaging: 0.9 });
  model.dispose();
  return bytes;
};
