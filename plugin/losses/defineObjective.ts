import type { Objective } from './objective.ts';

export type Facts = Pick<Objective, 'name' | 'manifold' | 'noise' | 'epsilon' | 'terms' | 'withEpsilon' | 'atEpsilon' | 'scale' | 'state'>;
type Evaluate = (...given: Parameters<Objective>) => ReturnType<Objective>;

/** A function's own `name` cannot be assigned; the facts are copied as they are defined, getters included. */
export const defineObjective = (facts: Facts, evaluate: Evaluate): Objective =>
  Object.defineProperties(evaluate, Object.getOwnPropertyDescriptors(facts)) as Objective;
