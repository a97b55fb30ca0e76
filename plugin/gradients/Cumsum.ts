import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

interface Attributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** The cumulative sum from the other end. tfjs's own transposes it once too often for axes other than the last. */
export const Cumsum = gradient<Attributes>('Cumsum', [], (dy, _saved, { axis, exclusive, reverse }) => ({
  x: () => tf.cumsum(dy, axis, exclusive, !reverse),
}));
