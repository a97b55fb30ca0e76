import { type BirthDeathOptions, birthDeath } from '../dynamics/birthDeath.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { VelocityOptions } from './velocitySamples.ts';

export interface MvlBirthDeathOptions extends VelocityOptions, BirthDeathOptions {}

/**
 * The initial velocity of Langevin dynamics with birth and death: to the limit of `mvlLd` it adds Var(E + log p̂) − Var(log p̂), which sees the relative
 * mass of modes that are far apart where score matching does not. Derived in docs/dynamics.md.
 */
export const mvlBirthDeath = (options: MvlBirthDeathOptions): Objective =>
  minimumVelocity(birthDeath(options), { name: 'mvlBirthDeath', ...options });
