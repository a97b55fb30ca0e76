import type { ModelCard } from './card.ts';
import { firstNonFinite } from './firstNonFinite.ts';
import { flatten, type PointsInput } from './flatten.ts';

/** What is wrong with a row, or null. */
type RowCheck = (row: Float32Array) => string | null;

/** Coordinates rounded to four decimals are still taken; degrees and rows not normalised are not. */
const NORM_TOLERANCE = 1e-3;

const unit: RowCheck = (row) => {
  let square = 0;
  for (const value of row) square += value * value;
  const norm = Math.sqrt(square);
  return Math.abs(norm - 1) <= NORM_TOLERANCE
    ? null
    : `has norm ${norm.toPrecision(6)}, expected 1 within ${NORM_TOLERANCE}. Normalise the rows`;
};

/** By the first word of the manifold's name. */
const ROW_CHECKS: Readonly<Record<string, RowCheck>> = { sphere: unit };

const show = (row: Float32Array): string =>
  `[${Array.from(row.subarray(0, 6), (value) => Number(value.toPrecision(6))).join(', ')}${row.length > 6 ? ', …' : ''}]`;

/**
 * Checks points and copies them, so that the caller may reuse the array at once.
 *
 * @param where who asks, as the message begins: `energy(x)`
 * @returns n × m numbers in row-major order
 * @throws TypeError for another kind of value or number type; RangeError for a wrong shape, ragged or no rows, values that are not finite
 *   single-precision numbers, and points off the manifold
 */
export async function readPoints(
  x: PointsInput,
  card: Pick<ModelCard, 'dim' | 'manifold'>,
  where: string,
): Promise<Float32Array<ArrayBuffer>> {
  const { dim, manifold } = card;
  const points = await flatten(x, dim, where, `points of ${manifold} as rows of ${dim} numbers, at least one`);
  const check = ROW_CHECKS[manifold.split(':')[0]];
  for (let at = 0; at < points.length; at += dim) {
    const row = points.subarray(at, at + dim);
    const bad = firstNonFinite(row);
    const fault = bad < 0 ? check?.(row) : `has a value in column ${bad} that is not a finite float32 number. Remove or repair such rows`;
    if (fault) throw new RangeError(`${where}: row ${at / dim} of ${points.length / dim}, ${show(row)}, ${fault}.`);
  }
  return points;
}
