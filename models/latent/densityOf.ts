import type { LatentDensity } from '../../metrics/latentDensity.ts';
import type { LatentModel } from './latentModel.ts';
import { priorOn } from './prior.ts';
import { checkObserved } from './rows.ts';

/** A model's likelihood, for `latentLikelihood`. */
export function densityOf(model: LatentModel): LatentDensity {
  const { latent, likelihood } = model;
  const prior = priorOn(latent, 'densityOf');
  return {
    latent,
    observation: (z, x) => likelihood.negativeLog(model.decoderOutput(z), x),
    prior: prior.energy,
    check: (x, where) => checkObserved(x, likelihood, where),
    encode: (x, seed) => model.encode(x, { seed }),
  };
}
