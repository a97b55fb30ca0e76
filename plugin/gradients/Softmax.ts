import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

/** ∂/∂l ⟨dy, softmax(l)⟩ = y ∘ dy − y Σ(y ∘ dy), y = softmax(l). */
export const Softmax = gradient<{ dim: number }>('Softmax', ['logits'], (dy, [logits], { dim }) => ({
  logits: () => {
    const y = tf.softmax(logits, dim);
    const weighted = tf.mul(dy, y);
    return tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y));
  },
}));
