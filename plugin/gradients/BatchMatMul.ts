import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { unbroadcast } from './unbroadcast.ts';

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** tfjs's own, but for batch axes that were broadcast: there it throws. */
export const BatchMatMul = gradient<Attributes>('BatchMatMul', ['a', 'b'], (dy, [a, b], { transposeA, transposeB }) => ({
  a: () => unbroadcast(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
  b: () => unbroadcast(transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b.shape),
}));
