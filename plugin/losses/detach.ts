import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** The same value, held fixed under differentiation. */
export const detach = <T extends Tensor>(x: T): T =>
  tf.customGrad((t) => ({ value: tf.clone(t as Tensor), gradFunc: (dy) => tf.zerosLike(dy as Tensor) }))(x) as T;
