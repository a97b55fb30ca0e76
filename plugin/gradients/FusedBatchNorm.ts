import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { unbroadcast } from './unbroadcast.ts';

/**
 * y = scale (x − mean) / √(variance + ε) + offset, differentiated by broadcasting. tfjs's own tiles one number for each point of the batch, which is
 * slow to differentiate again. Without a scale or an offset tfjs's tape itself fails on the missing input.
 */
export const FusedBatchNorm = gradient<{ varianceEpsilon: number }>(
  'FusedBatchNorm',
  ['x', 'mean', 'variance', 'scale'],
  (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
    const root = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const factor = tf.mul(root, scale);
    const normal = (): Tensor => tf.mul(tf.sub(x, mean), root);
    return {
      x: () => unbroadcast(tf.mul(dy, factor), x.shape),
      mean: () => tf.neg(unbroadcast(tf.mul(dy, factor), mean.shape)),
      // ∂y/∂variance = −½ scale (x − mean) / √(variance + ε)³
      variance: () => unbroadcast(tf.mul(-0.5, tf.mul(dy, tf.mul(tf.mul(normal(), root), factor))), variance.shape),
      scale: () => unbroadcast(tf.mul(dy, normal()), scale.shape),
      offset: () => unbroadcast(dy, mean.shape),
    };
  },
);
