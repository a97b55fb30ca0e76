import { isOn } from '../../plugin/losses/isOn.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';

/** What of an objective decides a run. */
export const objectiveSettings = ({ epsilon, noise }: Objective) => ({ epsilon, noise: noise?.distribution ?? null });

/**
 * An objective of the caller's for the energy of codes.
 *
 * @param manifold that the energy is on
 * @param where names the caller in errors
 * @throws TypeError for what is none; Error for one on another manifold, or with a state of its own
 */
export function checkObjective(objective: Objective | undefined, manifold: Manifold, where: string): Objective | undefined {
  if (objective === undefined) return undefined;
  if (typeof objective !== 'function' || typeof objective.manifold !== 'object')
    throw new TypeError(`${where}: objective must be one such as mvlLd() or ssmVr(); got ${JSON.stringify(objective)}.`);
  if (!isOn(objective, manifold))
    throw new Error(`${where}: the objective ${objective.name} is on ${objective.manifold.name}, the energy of codes on ${manifold.name}.`);
  if (objective.state !== undefined)
    throw new Error(
      `${where}: the objective ${objective.name} keeps a state from step to step, which checkpoints of this model do not have.`,
    );
  return objective;
}
