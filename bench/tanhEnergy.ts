import * as tf from '@tensorflow/tfjs';
import { drawNoise, type Energy, gaussian } from '../plugin/index.ts';
import { randomStream } from '../random/stream.ts';

/** A network d → width → width → 1 with tanh between, as tf.layers initialises it: Glorot normal weights, no bias. */
export function tanhEnergy(d: number, width: number, seed: number): Energy {
  const sizes = [d, width, width, 1];
  const weights = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    return tf.mul(drawNoise(gaussian(), [inputs, outputs], randomStream(seed, i)), Math.sqrt(2 / (inputs + outputs))) as tf.Tensor2D;
  });
  const last = weights.pop() as tf.Tensor2D;
  return (x) =>
    tf.tidy(() => {
      const hidden = weights.reduce<tf.Tensor2D>((h, w) => tf.tanh(tf.matMul<tf.Tensor2D>(h, w)), x);
      return tf.squeeze(tf.matMul(hidden, last), [1]) as tf.Tensor1D;
    });
}
