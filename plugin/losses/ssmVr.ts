import { langevin } from '../dynamics/langevin.ts';
import { riemannianLangevin } from '../dynamics/riemannianLangevin.ts';
import { minimumVelocity } from './minimumVelocity.ts';
import type { Objective } from './objective.ts';
import type { SlicedOptions } from './slicedScoreMatching.ts';

/**
 * Sliced score matching with reduced variance, Song et al. 2019, eq. 9: twice ½|s|² + vᵀ∇s v, that is |grad E|² − 2 d²/ds² E(exp_x(s v)) for each sample.
 * It is minimum velocity learning at ε = 0, `mvlLd({ epsilon: 0 })` and `mvlRld({ manifold, epsilon: 0 })`, and is made of the same code.
 *
 * @throws Error for unknown noise
 */
export const ssmVr = ({ manifold, ...options }: SlicedOptions = {}): Objective =>
  minimumVelocity(manifold === undefined ? langevin() : riemannianLangevin(manifold), { name: 'ssmVr', ...options, epsilon: 0 });
