import { type AnnealingRun, runOf } from './estimate.ts';
import type { Layout, Passed } from './passage.ts';

/** Adds up what the stages of a run did, and says what that makes for each group. */
export function totals({ groups, chains }: Layout, stages: number) {
  const gains = new Float64Array(groups * chains);
  const accepted = new Float64Array(groups);
  return {
    add: (passed: Passed): void => {
      for (let r = 0; r < gains.length; r++) gains[r] += passed.gains[r];
      for (let g = 0; g < groups; g++) accepted[g] += passed.accepted[g] / stages;
    },
    runs: (logZ: number | ArrayLike<number>, direction: 1 | -1): AnnealingRun[] =>
      Array.from(accepted, (share, g) => {
        const own = Float64Array.from({ length: chains }, (_, c) => gains[c * groups + g]);
        return runOf(own, typeof logZ === 'number' ? logZ : logZ[g], share, direction);
      }),
  };
}
