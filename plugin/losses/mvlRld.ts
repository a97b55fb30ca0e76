import { type RiemannianLangevinOptions, riemannianLangevin } from '../dynamics/riemannianLangevin.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { VelocityOptions } from './velocitySamples.ts';

export interface MvlRldOptions extends VelocityOptions, RiemannianLangevinOptions {
  readonly manifold: Manifold;
}

/** Score matching on a manifold as the initial velocity of Riemannian Langevin dynamics. Wang et al. 2020, MVL-RLD. */
export const mvlRld = ({ manifold, route = 'embedded', ...options }: MvlRldOptions): Objective =>
  minimumVelocity(riemannianLangevin(manifold, { route }), { name: 'mvlRld', ...options });
