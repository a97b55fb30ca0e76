import { sphere, sphereQuadrature } from 'tfjs-mvl';
import type { LoadedModel } from 'tfjs-mvl/runtime';
import { SMOOTHING } from './train.ts';

/** Latitudes of the quadrature: a bump of width σ is resolved from about 2.5/σ on. */
const RESOLUTION = Math.ceil(4 / SMOOTHING.to);

export interface NormalisedModel {
  /** Log-densities in nats with respect to area on the unit sphere. */
  logDensity(points: readonly number[][]): Promise<Float64Array>;
  /** Mean of −logDensity. */
  nll(points: readonly number[][]): Promise<number>;
}

/** A served energy as a density: log q = −E − log Z, with log Z = log ∫ exp(−E) by quadrature. */
export async function normalised(model: LoadedModel): Promise<NormalisedModel> {
  const { points, logWeights } = sphereQuadrature(sphere(2), RESOLUTION);
  const terms = Float64Array.from(await model.energy(points), (energy, i) => logWeights[i] - energy);
  const greatest = terms.reduce((a, b) => Math.max(a, b));
  const logZ = greatest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - greatest), 0));
  const logDensity = async (places: readonly number[][]) => Float64Array.from(await model.energy(places), (energy) => -energy - logZ);
  return {
    logDensity,
    nll: async (places) => -(await logDensity(places)).reduce((sum, value) => sum + value, 0) / places.length,
  };
}

/** Calls, of which the fastest counts: other work on the machine only slows. */
const CALLS = 5;

/** How many energies and scores a served model gives in a second, in one call on all nodes of a quadrature. */
export async function pointsPerSecond(model: LoadedModel): Promise<{ energy: number; score: number }> {
  const { points, size } = sphereQuadrature(sphere(2), RESOLUTION);
  const rate = async (work: () => Promise<unknown>): Promise<number> => {
    let best = Number.POSITIVE_INFINITY;
    for (let call = 0; call < CALLS; call++) {
      const start = performance.now();
      await work();
      best = Math.min(best, performance.now() - start);
    }
    return (1000 * size) / best;
  };
  return { energy: await rate(() => model.energy(points)), score: await rate(() => model.score(points)) };
}
