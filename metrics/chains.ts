import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** One quantity along several chains: `[chains, draws]` as a tensor, or a row for each chain. A single flat array is one chain. */
export type Chains = Tensor | ArrayLike<number> | readonly ArrayLike<number>[];

const isRow = (x: unknown): x is ArrayLike<number> =>
  Array.isArray(x) ? x.every((v) => typeof v === 'number') : ArrayBuffer.isView(x) && 'length' in x;

function rowsOf(chains: Chains, where: string): Float64Array[] {
  if (chains instanceof tf.Tensor) {
    if (chains.rank !== 1 && chains.rank !== 2) {
      throw new Error(
        `${where}: expected a tensor [chains, draws] of one quantity; got [${chains.shape.join(', ')}]. Diagnose columns one by one.`,
      );
    }
    const values = Float64Array.from(chains.dataSync());
    const draws = chains.shape[chains.rank - 1];
    return Array.from({ length: draws === 0 ? 0 : values.length / draws }, (_, i) => values.slice(i * draws, (i + 1) * draws));
  }
  if (isRow(chains) && chains.length > 0) return [Float64Array.from(chains)];
  if (Array.isArray(chains) && chains.length > 0 && chains.every(isRow)) return chains.map((row) => Float64Array.from(row));
  throw new Error(`${where}: expected a tensor [chains, draws], or rows of numbers, one for each chain.`);
}

/** Fewest draws of a chain: its halves need a variance and two lags. */
const FEWEST = 4;

/**
 * Chains in double precision.
 *
 * @param where names the caller in errors
 * @throws Error for anything but chains of one length of at least 4, of finite numbers
 */
export function toChains(chains: Chains, where: string): Float64Array[] {
  const rows = rowsOf(chains, where);
  const draws = rows[0]?.length ?? 0;
  for (const [i, row] of rows.entries()) {
    if (row.length !== draws)
      throw new Error(`${where}: chain ${i} has ${row.length} draws, chain 0 has ${draws}; cut them to one length.`);
    const bad = row.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new Error(`${where}: draw ${bad} of chain ${i} is ${row[bad]}; expected finite numbers.`);
  }
  if (draws < FEWEST) throw new Error(`${where}: expected chains of at least ${FEWEST} draws; got ${draws}. Are rows chains, not draws?`);
  return rows;
}

/** Each chain as two: its first and its second half, without the middle draw where there is one. */
export const splitChains = (chains: readonly Float64Array[]): Float64Array[] =>
  chains.flatMap((chain) => {
    const half = chain.length >> 1;
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });

/** Whether all draws are one number. */
export const isConstant = (chains: readonly Float64Array[]): boolean => chains.every((chain) => chain.every((v) => v === chains[0][0]));

export const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Σ (v − mean)² / (n − 1). */
export function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1);
}

/** The value below which a share of all draws lie, by linear interpolation between order statistics (R's type 7). */
export function quantile(chains: readonly Float64Array[], share: number): number {
  const sorted = Float64Array.from(chains.flatMap((chain) => Array.from(chain))).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const rest = place - below;
  return rest === 0 ? sorted[below] : (1 - rest) * sorted[below] + rest * sorted[below + 1];
}
