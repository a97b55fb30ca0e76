import { langevin } from '../dynamics/langevin.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { VelocityOptions } from './velocitySamples.ts';

/** Score matching as the initial velocity of Langevin dynamics. Wang et al. 2020, MVL-LD. */
export const mvlLd = (options: VelocityOptions = {}): Objective => minimumVelocity(langevin(), { name: 'mvlLd', ...options });
