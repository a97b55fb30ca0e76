import { bernoulli, gaussianLikelihood, type Likelihood } from '../../../models/index.ts';
import type { RowsFile } from '../../data/readRows.ts';
import { beyondUnit } from '../../data/unitRange.ts';
import { InputError } from '../../errors.ts';
import type { LikelihoodOption } from '../../options.ts';
import type { LatentName } from '../names.ts';

/** Against numbers beyond [0, 1]. */
export const RANGE_ADVICE =
  'Scale the column, for example bytes by 1/255; or leave it out by --columns, if it is an id; or give --likelihood gaussian:DEVIATION, the ' +
  "deviation of what is left of a column once its row's code is known.";

/**
 * The law of data given a code. Means of a normal law go through a sigmoid where all data are in [0, 1], unless the option says.
 *
 * @param option undefined: that of the kind of model, which all have for data in [0, 1]
 * @throws InputError where there is no default
 */
export function likelihoodFor(option: LikelihoodOption | undefined, data: RowsFile, model: LatentName): Likelihood | undefined {
  if (option?.law === 'bernoulli') return bernoulli({ binarise: option.binarise });
  if (option?.range !== undefined) return gaussianLikelihood({ deviation: option.deviation, range: option.range });
  const beyond = beyondUnit(data);
  if (option !== undefined) return gaussianLikelihood({ deviation: option.deviation, range: beyond === null ? 'unit' : 'real' });
  if (beyond === null) return undefined;
  throw new InputError(`${beyond}, and without --likelihood --model ${model} has data in [0, 1]. ${RANGE_ADVICE}`);
}
