import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Rows `[batch, n · p]` as matrices `[batch, n, p]`, row by row. */
export const matricesOf = (x: Tensor2D, n: number, p: number): Tensor3D => tf.reshape(x, [-1, n, p]);

/** Matrices `[batch, n, p]` as rows `[batch, n · p]`. */
export const rowsOf = (x: Tensor): Tensor2D => tf.reshape(x, [-1, (x.shape[1] as number) * (x.shape[2] as number)]);

export const transposed = (x: Tensor3D): Tensor3D => tf.transpose(x, [0, 2, 1]);

/** The product of matrices, from the left. */
export const chain = (first: Tensor3D, ...rest: Tensor3D[]): Tensor3D =>
  rest.reduce<Tensor3D>((left, right) => tf.matMul(left, right), first);

/** ABᵀ. */
export const timesTransposed = (a: Tensor3D, b: Tensor3D): Tensor3D => tf.matMul(a, b, false, true);

/** AᵀB. */
export const transposedTimes = (a: Tensor3D, b: Tensor3D): Tensor3D => tf.matMul(a, b, true);

/** (A + Aᵀ) / 2. */
export const symmetric = (a: Tensor3D): Tensor3D => tf.div(tf.add(a, transposed(a)), 2);

/** Σ aᵢⱼ bᵢⱼ, `[batch, 1]`. */
export const contract = (a: Tensor3D, b: Tensor3D): Tensor2D => tf.reshape(tf.sum(tf.mul(a, b), [1, 2]), [-1, 1]);

/** A number for each matrix, `[batch, 1]`, shaped to multiply it. */
export const each = (s: Tensor2D): Tensor3D => tf.expandDims(s, 2);
