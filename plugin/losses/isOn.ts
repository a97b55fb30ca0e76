import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { Objective } from './objective.ts';

/** Whether an objective is on a manifold: the same one, or for flat space one of an open dimension. */
export const isOn = (objective: Objective, manifold: Manifold): boolean =>
  objective.manifold.name === manifold.name || (isFlat(objective.manifold) && objective.manifold.ambientDim === null && isFlat(manifold));
