import type { LayersModel, SymbolicTensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** An energy of points blurred by Gaussian noise of deviation σ, `[n, d]` with σ `[n, 1]` → `[n]`. */
export type BlurredEnergy = (x: Tensor2D, sigma: Tensor2D) => Tensor1D;

/** Two hidden layers, and past them a linear map, on x/√(1 + σ²) and two numbers that say what σ is. */
function network(d: number, width: number, seed: number): LayersModel {
  const dense = (units: number, activation: 'tanh' | 'linear', k: number) =>
    tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed: 10 * seed + k }) });
  const input = tf.input({ shape: [d + 2] });
  let h: SymbolicTensor = input;
  for (const k of [1, 2]) h = dense(width, 'tanh', k).apply(h) as SymbolicTensor;
  const both = tf.layers.concatenate().apply([h, input]) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: dense(d, 'linear', 3).apply(both) as SymbolicTensor });
}

/**
 * ½|u|² + ⟨f(u, σ), u⟩/(1 + σ²), u = x/√(1 + σ²): data of deviation about 1 become normal as they are blurred, and what tells them from normal fades
 * as 1/(1 + σ²).
 */
export function blurredEnergy(d: number, width: number, seed: number): BlurredEnergy {
  const f = network(d, width, seed);
  return (x, sigma) =>
    tf.tidy(() => {
      const share = tf.div(1, tf.add(1, tf.square(sigma)));
      const u = tf.mul(x, tf.sqrt(share)) as Tensor2D;
      const inner = tf.sum(tf.mul(f.apply(tf.concat([u, share, tf.mul(0.5, tf.log(sigma))], 1)) as Tensor2D, u), 1, true);
      return tf.squeeze(tf.add(tf.mul(0.5, tf.sum(tf.square(u), 1, true)), tf.mul(share, inner)), [1]);
    });
}
