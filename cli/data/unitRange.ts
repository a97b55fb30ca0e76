import { inUnitInterval } from '../../models/latent/inUnitInterval.ts';
import { InputError } from '../errors.ts';
import type { RowsFile } from './readRows.ts';

/** The first number that is not in [0, 1], as messages begin: `data.csv:18: column 3 (c) is 1.0001`; null: there is none. */
export function beyondUnit({ rows, places, labels }: RowsFile): string | null {
  for (const [i, row] of rows.entries())
    for (let k = 0; k < row.length; k++)
      if (!(row[k] >= 0 && row[k] <= 1)) return `${places[i]}: ${labels?.[k] ?? `number ${k + 1} of the row`} is ${row[k]}`;
  return null;
}

/**
 * @param likelihood as the model's file names it
 * @param advice what to do about it
 * @throws InputError where a number is out of the range that the likelihood has its data in
 */
export function checkLikelihoodRange(data: RowsFile, likelihood: string, advice: string): void {
  const beyond = inUnitInterval(likelihood) ? beyondUnit(data) : null;
  if (beyond !== null) throw new InputError(`${beyond}, and the likelihood ${likelihood} has data in [0, 1]. ${advice}`);
}
