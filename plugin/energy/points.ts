import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkPoints } from '../manifolds/checkPoints.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/** Points as a tensor `[n, m]`, as n rows of m numbers, or as these numbers alone in row-major order. Most of tfjs's operations do not say in their types how many axes they return. */
export type Points = Tensor | readonly ArrayLike<number>[] | Float32Array;

/** By tag, not by class: test runners have typed arrays of their own. */
const isFlatList = (x: unknown): x is Float32Array => Object.prototype.toString.call(x) === '[object Float32Array]';

function fromFlat(values: Float32Array, m: number | null, where: string): Tensor2D {
  if (m !== null && values.length > 0 && values.length % m === 0) return tf.tensor2d(values.slice(), [values.length / m, m]);
  const wanted = m === null ? 'rows, since nothing tells how many columns they have' : `a positive multiple of ${m} numbers`;
  throw new Error(`${where}: expected ${wanted}; got ${values.length} numbers in a Float32Array.`);
}

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
  if (!Array.isArray(x) && !isFlatList(x))
    throw new Error(`${where}: expected a tf.Tensor2D, rows of numbers or a Float32Array, got ${x === null ? 'null' : typeof x}.`);
  const points = isFlatList(x) ? fromFlat(x, manifold.ambientDim, where) : fromRows(x, where);
  try {
    checkPoints(manifold, points, where);
    return points;
  } catch (error) {
    points.dispose();
    throw error;
  }
}
