import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';
import { toRows } from './lastAxis.ts';

interface Attributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** n × n, 1 where the column k and the row j satisfy `holds(k, j)`. */
const mask = (n: number, holds: (k: number, j: number) => boolean): Tensor2D =>
  tf.tensor2d(
    Array.from({ length: n * n }, (_, i) => Number(holds(i % n, Math.floor(i / n)))),
    [n, n],
  );

/**
 * For y_k = Πᵢ≤ₖ xᵢ: ∂y_k/∂xⱼ = Πᵢ<ⱼ xᵢ · Πⱼ<ᵢ≤ₖ xᵢ where k ≥ j, without division, so that zeros are no exception. The second factor is a cumulative
 * product along the rows of a matrix that holds 1 up to the diagonal and x behind it. Exclusive: i < k and k > j.
 */
function fromTheFront(dy: Tensor2D, x: Tensor2D, exclusive: boolean): Tensor {
  const n = x.shape[1];
  const behind = mask(n, (k, j) => k > j);
  const factors = tf.add(tf.mul(behind, tf.expandDims(x, 1)), tf.sub(1, behind));
  const reached = exclusive ? behind : mask(n, (k, j) => k >= j);
  const products = tf.mul(tf.cumprod(factors, 2, exclusive), reached);
  return tf.mul(tf.cumprod(x, 1, true), tf.sum(tf.mul(tf.expandDims(dy, 1), products), 2));
}

/** Not in tfjs; the gradient of `Prod` needs it. */
export const Cumprod = gradient<Attributes>('Cumprod', ['x'], (dy, [x], { axis, exclusive, reverse }) => ({
  x: () => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const turned = (t: Tensor): Tensor => (reverse ? tf.reverse(t, 1) : t);
    const { rows, restore } = toRows(x, axes);
    const above = turned(toRows(dy, axes).rows) as Tensor2D;
    return restore(turned(fromTheFront(above, turned(rows) as Tensor2D, exclusive)));
  },
}));
