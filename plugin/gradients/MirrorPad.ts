import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

interface Attributes {
  readonly paddings: readonly (readonly [number, number])[];
  readonly mode: 'reflect' | 'symmetric';
}

/** Folds the margins back onto the entries that they mirror. tfjs's own drops them, so that even the first derivative is wrong. */
export const MirrorPad = gradient<Attributes>('MirrorPad', ['x'], (dy, [x], { paddings, mode }) => ({
  x: () => {
    // `reflect` leaves the border itself out of the mirror image.
    const gap = mode === 'reflect' ? 1 : 0;
    const part = (t: Tensor, axis: number, begin: number, size: number): Tensor =>
      tf.slice(
        t,
        t.shape.map((_, i) => (i === axis ? begin : 0)),
        t.shape.with(axis, size),
      );
    const at = (t: Tensor, axis: number, before: number, size: number): Tensor =>
      tf.pad(
        t,
        t.shape.map((n, i): [number, number] => (i === axis ? [before, size - n - before] : [0, 0])),
      );
    return paddings.reduce((t: Tensor, [before, after], axis) => {
      const size = x.shape[axis];
      const mirrored = (begin: number, width: number, place: number): Tensor[] =>
        width === 0 ? [] : [at(tf.reverse(part(t, axis, begin, width), axis), axis, place, size)];
      if (before === 0 && after === 0) return t;
      return tf.addN([part(t, axis, before, size), ...mirrored(0, before, gap), ...mirrored(before + size, after, size - gap - after)]);
    }, dy);
  },
}));
