import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

/** The sum over the copies, one axis after another. tfjs's own slices out every copy, so that its cost grows with the batch, and stops at rank 4. */
export const Tile = gradient<{ reps: number[] }>('Tile', ['x'], (dy, [x], { reps }) => ({
  x: () => {
    const shape = [...dy.shape];
    const sumCopies = (t: Tensor, axis: number): Tensor => {
      if (reps[axis] === 1) return t;
      const before = tf.util.sizeFromShape(shape.slice(0, axis));
      const copies = tf.reshape(t, [before, reps[axis], tf.util.sizeFromShape(shape.slice(axis)) / reps[axis]]);
      shape[axis] = x.shape[axis];
      return tf.sum(copies, 1);
    };
    return tf.reshape(
      reps.reduce((t, _, axis) => sumCopies(t, axis), dy),
      x.shape,
    );
  },
}));
