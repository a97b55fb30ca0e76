import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * The same value, held fixed under differentiation. No path leads back from it, so that nothing is spent on gradients that are 0; of a value that depends on
 * nothing else tfjs has no gradient, and says so.
 */
export const detach = <T extends Tensor>(x: T): T => tf.customGrad(() => ({ value: tf.clone(x), gradFunc: () => [] }))() as T;
