import type { Manifold } from './manifold.ts';

/** The tolerance where the curvature is not known and the walk's error falls only as 1/k. */
const ROUGH = 1e-2;

/**
 * Steps with which `smooth` draws from the heat kernel: on flat manifolds 1, which is exact. Elsewhere as many as keep the error of expectations at
 * every width up to σ within the tolerance, relative to a function of size 1, or on negatively curved manifolds to the expectation itself.
 *
 * With a = |Ric| σ² the error of the slowest eigenfunctions of a sphere, whose decay is at least e^(−a/2) (Lichnerowicz), is at most a³ e^(−a/2) / 40k²
 * for the widths that `smooth` takes; a³ / 40k² on hyperbolic spaces, where nothing decays. Where the Ricci curvature is unknown, dim is taken for its
 * bound and the tolerance is 1e-2 at best: there the error is a² e^(−a/2) / 12k.
 *
 * @param sigma the largest width, in units of geodesic distance
 * @throws RangeError where sigma or the tolerance is not positive
 */
export function heatSteps({ ricci, dim }: Manifold, sigma: number, tolerance = 1e-3): number {
  if (!(sigma > 0 && Number.isFinite(sigma) && tolerance > 0))
    throw new RangeError(`heatSteps: sigma and tolerance must be positive numbers; got ${sigma} and ${tolerance}.`);
  const atLeastOne = (k: number) => Math.max(1, Math.ceil(k));
  if (ricci === undefined) {
    const a = Math.min((dim ?? 1) * sigma ** 2, 4);
    return atLeastOne((a ** 2 * Math.exp(-a / 2)) / 12 / Math.max(tolerance, ROUGH));
  }
  const curvatures = typeof ricci === 'number' ? [ricci] : ricci;
  const [most, least] = [Math.max(...curvatures.map(Math.abs)), Math.min(...curvatures)];
  const a = most * sigma ** 2;
  // a³ e^(−a/2) is largest at a = 6.
  const decayed = Math.min(a, 6);
  const error = (least < 0 ? a ** 3 : decayed ** 3 * Math.exp(-decayed / 2)) / 40;
  return atLeastOne(Math.max(a / 6, Math.sqrt(error / tolerance)));
}
