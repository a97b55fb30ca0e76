import type { ChainPlan } from '../dynamics/chain.ts';
import type { ConditionalEnergy } from './energy.ts';
import { atLevel, levelAt, type NoiseLevels } from './noiseLevels.ts';

/**
 * A chain from coarse to fine (Song & Ermon 2019): σ falls geometrically over its steps, and the step size with σ², since blurred densities have
 * curvatures of at most about 1/σ². The coarse levels put the right mass into each mode, the fine ones only fill in their detail.
 *
 * @param stepSize that of the finest level
 */
export const annealing =
  (energy: ConditionalEnergy, levels: NoiseLevels, { steps, stepSize }: { steps: number; stepSize: number }): ChainPlan =>
  (step) => {
    const sigma = levelAt(levels, steps > 1 ? (step - 1) / (steps - 1) : 1);
    return { energy: atLevel(energy, sigma), stepSize: stepSize * (sigma / levels.to) ** 2 };
  };
