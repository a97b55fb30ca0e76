import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { NoiseSpec } from './noiseSpec.ts';

/** Standard normal noise `[batch, m + 1]`: m columns for the step, and a number more for each point, from which a uniform one can be made. */
export const withExtraColumn = (columns: number | null = null): NoiseSpec => ({
  distribution: 'gaussian',
  shape: ([batch, m]) => [batch, (columns ?? m) + 1],
});

/** The two parts of such noise, `[batch, m]` and `[batch, 1]`. */
export function splitExtraColumn(noise: Tensor2D): { readonly ambient: Tensor2D; readonly extra: Tensor2D } {
  const m = noise.shape[1] - 1;
  return { ambient: tf.slice(noise, [0, 0], [-1, m]), extra: tf.slice(noise, [0, m], [-1, 1]) };
}
