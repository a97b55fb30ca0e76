import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../dynamics/gradientOf.ts';
import type { Energy } from '../energy/energy.ts';

/** The same energy of points, with the parameters in it held fixed: a gradient through it is that of the points alone. Differentiable once. */
export function heldFixed(energy: Energy): Energy {
  const gradient = gradientOf(energy);
  return (x) =>
    tf.tidy(() => {
      // Not arguments of the operation below, so that no path leads back from it to the parameters: nothing is spent on gradients that are 0.
      const [value, slope] = [energy(x), gradient(x)];
      return tf.customGrad((_x, save) => {
        (save as (tensors: Tensor[]) => void)([slope]);
        return { value: tf.clone(value), gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved[0]) };
      })(x) as Tensor1D;
    });
}
