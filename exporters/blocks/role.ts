import { isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';

/**
 * How a value depends on the rows of the batch, n of them. `degree` is the power of n by which it scales where n appears as a number: the gradient
 * of a mean has n⁻¹ in each row.
 *
 * - `free`: on no row.
 * - `rows`: along the axis of the batch, entry i depends on row i alone.
 * - `sum`: a sum over the rows of what each of them gives. Of degree −1 it is a mean, and what is free may have been added to it.
 * - `rest`: on means in another way than linearly; known once they are.
 */
export type Role =
  | {
      readonly kind: 'free' | 'rows' | 'sum';
      readonly degree: number;
      /** All its numbers are 0, which is of every degree. */
      readonly zero?: boolean;
    }
  | { readonly kind: 'rest' };

export const FREE: Role = { kind: 'free', degree: 0 };
export const ZERO: Role = { kind: 'free', degree: 0, zero: true };
export const ROWS: Role = { kind: 'rows', degree: 0 };
export const REST: Role = { kind: 'rest' };

export const isZero = (role: Role): boolean => role.kind !== 'rest' && role.zero === true;
export const isMean = (role: Role): boolean => role.kind === 'sum' && role.degree === -1;

const follows = (size: Size, batch: string): boolean => isSymbolic(size) && batch in size.coefficients;

/**
 * The axis along which a value has the rows of the batch, each of them one or several times in a row; null: it has none. NaN where its shape follows
 * the batch in any other way.
 */
export function batchAxis({ shape }: Value, batch: string): number | null {
  if (shape === null) return Number.NaN;
  const axes = shape.flatMap((size, axis) => (follows(size, batch) ? [axis] : []));
  if (axes.length === 0) return null;
  const size = shape[axes[0]];
  const multiple = isSymbolic(size) && size.constant === 0 && Object.keys(size.coefficients).join() === batch;
  return axes.length === 1 && multiple ? axes[0] : Number.NaN;
}
