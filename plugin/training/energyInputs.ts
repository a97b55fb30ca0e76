import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { drawLevels } from '../energy/noiseLevels.ts';
import type { Plan } from './plan.ts';
import { STREAM } from './streams.ts';
import type { Weights } from './weights.ts';

/** What the inputs of a step are, by name: everything random is keyed by the seed and the number of the step. */
export function drawEnergyInput(
  { seed, plan, weights }: { readonly seed: number; readonly plan: Plan; readonly weights: Weights },
  name: string,
  step: number,
  into: Float32Array,
): void {
  const sigma = plan.sigma(step);
  switch (name) {
    case 'blur':
      fillRandom(into, 'gaussian', randomStream(seed, STREAM.smoothing, step));
      break;
    case 'noise':
      fillRandom(into, plan.objective(step).noise?.distribution ?? 'gaussian', randomStream(seed, STREAM.noise, step));
      break;
    case 'sigma':
      if (plan.levels === null) into.fill(sigma ?? 0);
      else drawLevels(plan.levels, randomStream(seed, STREAM.levels, step), into);
      break;
    case 'epsilon':
      into.fill(plan.objective(step).epsilon ?? 0);
      break;
    default:
      into.fill(weights.share(step) ?? 0);
  }
}
