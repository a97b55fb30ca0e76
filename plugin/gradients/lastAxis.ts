import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

export interface Rows {
  /** The tensor as `[rest, n]`, n being the size of the chosen axes together. */
  readonly rows: Tensor2D;
  /** Back from `[rest, n]` to the tensor's own shape. */
  restore(rows: Tensor): Tensor;
}

/** Brings the chosen axes to the end and merges them into one, and all others into another. */
export function toRows(t: Tensor, axes: readonly number[]): Rows {
  const others = t.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const moved = order.some((axis, i) => axis !== i);
  const shape = order.map((axis) => t.shape[axis]);
  const n = axes.reduce((size, axis) => size * t.shape[axis], 1);
  const flat = tf.reshape(moved ? tf.transpose(t, order) : t, [t.size / n, n]);
  const undo = order.map((_, axis) => order.indexOf(axis));
  return {
    rows: flat as Tensor2D,
    restore: (rows) => {
      const full = tf.reshape(rows, shape);
      return moved ? tf.transpose(full, undo) : full;
    },
  };
}
