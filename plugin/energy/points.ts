import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkPoints } from '../manifolds/checkPoints.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/** Points as a tensor `[n, m]`, or as n rows of m numbers. Most of tfjs's operations do not say in their types how many axes they return. */
export type Points = Tensor | readonly ArrayLike<number>[];

/** Rows of equal length as a new tensor. */
function fromRows(rows: readonly ArrayLike<number>[], where: string): Tensor2D {
  const columns = rows[0]?.length ?? 0;
  const ragged = rows.findIndex((row) => row?.length !== columns);
  if (columns === 0 || ragged >= 0)
    throw new Error(
      columns === 0
        ? `${where}: expected a tf.Tensor2D or rows of numbers, got ${rows.length === 0 ? 'no rows' : `rows of ${typeof rows[0]}`}.`
        : `${where}: row ${ragged} has ${rows[ragged]?.length} columns, row 0 has ${columns}.`,
    );
  const values = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) values.set(row, i * columns);
  return tf.tensor2d(values, [rows.length, columns]);
}

/**
 * Points as a tensor: a tensor as it is, of which only the shape is looked at; rows of numbers as a new tensor, checked to be on the manifold.
 *
 * @param where names the argument in errors
 * @throws for a wrong shape, and for rows that are not points of the manifold
 */
export function toPoints(manifold: Manifold, x: Points, where: string): Tensor2D {
  if (x instanceof tf.Tensor) {
    const m = manifold.ambientDim;
    if (x.rank === 2 && x.dtype === 'float32' && (m === null || x.shape[1] === m)) return x as Tensor2D;
    throw new Error(`${where}: expected float32 points of ${manifold.name}, [batch, ${m ?? 'm'}]; got ${x.dtype} [${x.shape.join(', ')}].`);
  }
  if (!Array.isArray(x)) throw new Error(`${where}: expected a tf.Tensor2D or rows of numbers, got ${x === null ? 'null' : typeof x}.`);
  const points = fromRows(x, where);
  try {
    checkPoints(manifold, points, where);
    return points;
  } catch (error) {
    points.dispose();
    throw error;
  }
}
