import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Entries of a block: 4 MB for each of the ten or so tensors that make it. */
const BLOCK = 2 ** 20;

/** Adds to each sum Σ_j hᵢⱼ wⱼ wᵢ over j > i, twice: h is symmetric. Four rows of weights at a time, for fewer reads and writes of the sums. */
function addRow(
  sums: Float64Array,
  row: Float64Array,
  h: ArrayLike<number>,
  from: number,
  i: number,
  n: number,
  weights: Float32Array,
): void {
  const columns = sums.length;
  row.fill(0);
  let j = i + 1;
  for (; j + 3 < n; j += 4) {
    const [a, b, c, d] = [h[from + j], h[from + j + 1], h[from + j + 2], h[from + j + 3]];
    const first = j * columns;
    const [second, third, fourth] = [first + columns, first + 2 * columns, first + 3 * columns];
    for (let k = 0; k < columns; k++)
      row[k] += a * weights[first + k] + b * weights[second + k] + c * weights[third + k] + d * weights[fourth + k];
  }
  for (; j < n; j++) for (let k = 0; k < columns; k++) row[k] += h[from + j] * weights[j * columns + k];
  for (let k = 0; k < columns; k++) sums[k] += 2 * row[k] * weights[i * columns + k];
}

/** The same for all rows of a block, by the backend's product of matrices. */
async function addBlock(sums: Float64Array, block: Tensor2D, start: number, weights: Tensor2D): Promise<void> {
  const [here, n] = block.shape;
  const part = tf.tidy(() => {
    const diagonal = tf.pad(tf.eye(here), [
      [0, 0],
      [start, n - start - here],
    ]);
    const others = tf.mul(block, tf.sub(1, diagonal)) as Tensor2D;
    return tf.sum(tf.mul(tf.slice(weights, [start, 0], [here, -1]), tf.matMul(others, weights)), 0);
  });
  for (const [k, value] of (await part.data()).entries()) sums[k] += value;
  part.dispose();
}

/**
 * Σ wᵢwⱼhᵢⱼ over i ≠ j for the weights in each column, h symmetric. On tfjs's `cpu` backend by plain loops, which are five times as fast as its products of matrices.
 *
 * @param weights `[n, columns]`
 * @param rows makes the rows of h from `start` on, `[here, n]`
 */
export async function quadraticForms(weights: Tensor2D, rows: (start: number, here: number) => Tensor2D): Promise<Float64Array> {
  const [n, columns] = weights.shape;
  const sums = new Float64Array(columns);
  const row = new Float64Array(columns);
  const plain = tf.getBackend() === 'cpu' ? ((await weights.data()) as Float32Array) : null;
  const most = Math.max(1, Math.floor(BLOCK / n));
  for (let start = 0; start < n; start += most) {
    const here = Math.min(most, n - start);
    const block = rows(start, here);
    if (plain === null) await addBlock(sums, block, start, weights);
    else {
      const h = await block.data();
      for (let i = 0; i < here; i++) addRow(sums, row, h, i * n, start + i, n, plain);
    }
    block.dispose();
  }
  return sums;
}
