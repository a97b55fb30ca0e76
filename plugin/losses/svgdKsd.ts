import { type SvgdOptions, svgd } from '../dynamics/svgd.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { VelocityOptions } from './velocitySamples.ts';

export interface SvgdKsdOptions extends VelocityOptions, SvgdOptions {}

/**
 * The kernel Stein discrepancy as the initial velocity of SVGD: L → KSD² − E tr ∇ₓ∇_y k over all pairs of the batch, each point with itself among them
 * (the V-statistic). Without noise, and the term left out does not depend on the energy. Wang et al. 2020, SVGD-KSD.
 */
export const svgdKsd = (options: SvgdKsdOptions): Objective => minimumVelocity(svgd(options), { name: 'svgdKsd', ...options });
