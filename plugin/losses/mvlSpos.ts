import { type SposOptions, spos } from '../dynamics/spos.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { VelocityOptions } from './velocitySamples.ts';

export interface MvlSposOptions extends VelocityOptions, SposOptions {}

/** The initial velocity of SPOS: α times the limit of `svgdKsd` and 1 − α times that of `mvlLd`. Wang et al. 2020, MVL-SPOS. */
export const mvlSpos = (options: MvlSposOptions): Objective => minimumVelocity(spos(options), { name: 'mvlSpos', ...options });
