import { inverseNormal } from './inverseNormal.ts';

/**
 * Each draw replaced by Φ⁻¹((r − 3/8) / (S + 1/4)), where r is its rank among all S draws, the mean rank among equal ones. Vehtari et al. 2021,
 * equation 14: what is measured then has finite variance whatever the law of the draws.
 */
export function rankNormalise(chains: readonly Float64Array[]): Float64Array[] {
  const draws = chains[0].length;
  const all = new Float64Array(chains.length * draws);
  for (const [i, chain] of chains.entries()) all.set(chain, i * draws);
  const order = Uint32Array.from(all, (_, i) => i).sort((a, b) => all[a] - all[b]);
  const scores = new Float64Array(all.length);
  for (let first = 0, last = 0; first < order.length; first = last) {
    while (last < order.length && all[order[last]] === all[order[first]]) last++;
    // Ranks first + 1 … last.
    const score = inverseNormal(((first + 1 + last) / 2 - 0.375) / (all.length + 0.25));
    for (let k = first; k < last; k++) scores[order[k]] = score;
  }
  return chains.map((_, i) => scores.slice(i * draws, (i + 1) * draws));
}
