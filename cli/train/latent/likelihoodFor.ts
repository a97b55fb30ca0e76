import { bernoulli, gaussianLikelihood, type Likelihood } from '../../../models/index.ts';
import { inUnitRange, type RowsFile } from '../../data/readRows.ts';
import { InputError } from '../../errors.ts';
import type { LikelihoodOption } from '../../options.ts';

/**
 * The law of data given a code. Means of a normal law go through a sigmoid where all data are in [0, 1].
 *
 * @param option undefined: that of the kind of model, which all have for data in [0, 1]
 * @throws InputError where there is no default
 */
export function likelihoodFor(option: LikelihoodOption | undefined, data: RowsFile): Likelihood | undefined {
  if (option?.law === 'bernoulli') return bernoulli({ binarise: option.binarise });
  const unit = inUnitRange(data);
  if (option !== undefined) return gaussianLikelihood({ deviation: option.deviation, range: unit ? 'unit' : 'real' });
  if (unit) return undefined;
  throw new InputError(
    `${data.file}: has numbers beyond [0, 1]. Give --likelihood gaussian:DEVIATION with the deviation of what is left of a column once its row's code is known.`,
  );
}
