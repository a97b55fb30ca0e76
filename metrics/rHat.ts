import { type Chains, isConstant, mean, quantile, splitChains, toChains, variance } from './chains.ts';
import { rankNormalise } from './rankNormalise.ts';

/** √((B/W + n − 1)/n) of variances between and within chains of n draws. Gelman & Rubin 1992. */
function ratioOfDeviations(chains: readonly Float64Array[]): number {
  const n = chains[0].length;
  const between = n * variance(Float64Array.from(chains, mean));
  const within = mean(Float64Array.from(chains, variance));
  return Math.sqrt((between / within + n - 1) / n);
}

/**
 * Rank-normalised split R̂ of one quantity along several chains: near 1 where all halves of all chains look alike, and above 1.01 where they have not
 * mixed. The larger of that of the draws, which sees different places, and that of |draw − median|, which sees different spreads (Vehtari, Gelman,
 * Simpson, Carpenter & Bürkner 2021, "Rank-normalization, folding, and localization: an improved R̂").
 *
 * @param chains `[chains, draws]`, four chains or more from scattered starts if you can
 * @returns NaN where all draws are one number
 * @throws Error for chains of fewer than 4 draws or of different lengths, and for numbers that are not finite
 */
export function rHat(chains: Chains): number {
  const halves = splitChains(toChains(chains, 'rHat'));
  if (isConstant(halves)) return Number.NaN;
  const median = quantile(halves, 0.5);
  const folded = halves.map((half) => half.map((v) => Math.abs(v - median)));
  // Of a quantity with two values, all folded draws are one number and say nothing.
  const telling = [halves, folded].filter((draws) => !isConstant(draws));
  return Math.max(...telling.map((draws) => ratioOfDeviations(rankNormalise(draws))));
}
