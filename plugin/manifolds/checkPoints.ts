import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from './manifold.ts';

/** Coordinates of unit size rounded to four decimals are still taken; degrees, or rows not normalised, are not. */
const TOLERANCE = 1e-3;

const shown = (row: ArrayLike<number>): string =>
  `[${Array.from(row)
    .slice(0, 6)
    .map((v) => Number(v.toPrecision(6)))
    .join(', ')}${row.length > 6 ? ', …' : ''}]`;

/**
 * Refuses points that are not on the manifold. Reads the values, so it cannot be traced.
 *
 * @param x `[batch, m]`
 * @param where who asks, as the error begins: `fit(x)`
 * @throws Error naming the first bad row: a wrong number of columns, no rows, a value that is not finite, or a distance from the manifold beyond 1e-3
 */
export function checkPoints(manifold: Manifold, x: Tensor, where: string): void {
  const m = manifold.ambientDim;
  if (x.rank !== 2 || x.shape[0] === 0 || (m !== null && x.shape[1] !== m)) {
    throw new Error(
      `${where}: expected points of ${manifold.name} as rows, [batch, ${m ?? 'm'}] with batch ≥ 1; got [${x.shape.join(', ')}].`,
    );
  }
  const [rows, columns] = x.shape as [number, number];
  const values = x.dataSync();
  const row = (i: number) => values.subarray(i * columns, (i + 1) * columns);
  const infinite = values.findIndex((v) => !Number.isFinite(v));
  if (infinite >= 0) {
    const i = Math.floor(infinite / columns);
    throw new Error(
      `${where}: row ${i} is ${shown(row(i))}, and column ${infinite % columns} is not a finite number. Remove or repair such rows.`,
    );
  }
  const distances = tf.tidy(() => tf.norm(tf.sub(manifold.project(x as tf.Tensor2D), x), 2, 1).dataSync());
  const off = distances.findIndex((d) => !(d <= TOLERANCE));
  if (off < 0) return;
  const bad = distances.filter((d) => !(d <= TOLERANCE)).length;
  throw new Error(
    `${where}: row ${off}, ${shown(row(off))}, lies ${distances[off].toPrecision(3)} away from ${manifold.name} (allowed: ${TOLERANCE}; ` +
      `${bad} of ${rows} rows are further). Project the points first: manifold.project(x).`,
  );
}
