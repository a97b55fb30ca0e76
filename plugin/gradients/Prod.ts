import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { toRows } from './lastAxis.ts';

/** ∂Πx/∂xⱼ = Πᵢ<ⱼ xᵢ · Πᵢ>ⱼ xᵢ, without division, so that zeros are no exception. tfjs's own fails for negative axes. */
export const Prod = gradient<{ axis: number | number[] | null }>('Prod', ['x'], (dy, [x], { axis }) => ({
  x: () => {
    const { rows, restore } = toRows(x, tf.util.parseAxisParam(axis as number | number[], x.shape));
    const others = tf.mul(tf.cumprod(rows, 1, true), tf.cumprod(rows, 1, true, true));
    return restore(tf.mul(tf.reshape(dy, [rows.shape[0], 1]), others));
  },
}));
