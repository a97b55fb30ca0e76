import { type Chains, isConstant, mean, quantile, splitChains, toChains, variance } from './chains.ts';
import { rankNormalise } from './rankNormalise.ts';

/** Mean over chains of Σₛ (vₛ − mean)(vₛ₊ₜ − mean) / n. */
function autocovariances(chains: readonly Float64Array[]): (lag: number) => number {
  const centred = chains.map((chain) => {
    const centre = mean(chain);
    return chain.map((v) => v - centre);
  });
  const n = chains[0].length;
  return (lag) => {
    let sum = 0;
    for (const chain of centred) for (let s = 0; s + lag < n; s++) sum += chain[s] * chain[s + lag];
    return sum / (n * chains.length);
  };
}

/**
 * 1 + 2 Σ ρₜ by Geyer's initial monotone sequence: sums of neighbours, ρ₂ₖ + ρ₂ₖ₊₁, as long as they are positive, none larger than the one before.
 * The even lag after the last such pair is counted once where it is positive, which lowers the variance for antithetic chains.
 */
function autocorrelationTime(correlation: (lag: number) => number, draws: number): number {
  let [even, odd] = [1, correlation(1)];
  let last = even + odd;
  let sum = 0;
  let t = 1;
  // Each turn adds the pair before lag t and looks at the next one.
  while (t < draws - 3 && even + odd > 0) {
    sum += last;
    [even, odd] = [correlation(t + 1), correlation(t + 2)];
    last = Math.min(last, even + odd);
    t += 2;
  }
  return 2 * sum - 1 + Math.max(even, 0);
}

/** Effective sample size of draws as they are. Vehtari et al. 2021, equations 10 to 13. */
function size(chains: readonly Float64Array[]): number {
  const [n, total] = [chains[0].length, chains.length * chains[0].length];
  if (isConstant(chains)) return total;
  const covariance = autocovariances(chains);
  const within = (covariance(0) * n) / (n - 1);
  const spread = covariance(0) + (chains.length > 1 ? variance(Float64Array.from(chains, mean)) : 0);
  const time = autocorrelationTime((lag) => 1 - (within - covariance(lag)) / spread, n);
  // Antithetic chains can be worth more than as many independent draws; beyond S log S the estimate is noise.
  return total / Math.max(time, 1 / Math.log10(total));
}

const kinds: Readonly<Record<'bulk' | 'tail' | 'mean', (halves: readonly Float64Array[], chains: readonly Float64Array[]) => number>> = {
  bulk: (halves) => size(rankNormalise(halves)),
  tail: (_, chains) =>
    Math.min(
      ...[0.05, 0.95].map((share) => {
        const edge = quantile(chains, share);
        return size(splitChains(chains.map((chain) => chain.map((v) => (v <= edge ? 1 : 0)))));
      }),
    ),
  mean: (halves) => size(halves),
};

export interface EffectiveSampleSizeOptions {
  /**
   * `bulk` (default): of the rank-normalised draws, whatever their law. `tail`: the smaller of those of the 5 % and 95 % quantiles. `mean`: of the draws
   * themselves, so that the mean has the standard error deviation / √size; asks for a finite variance.
   */
  readonly kind?: keyof typeof kinds;
}

/**
 * How many independent draws those of several chains are worth, for one quantity; trust estimates from 100 a chain on. Vehtari, Gelman, Simpson,
 * Carpenter & Bürkner 2021; chains are split, autocorrelations cut off by Geyer's initial monotone sequence.
 *
 * @param chains `[chains, draws]`
 * @throws Error for an unknown kind, chains of fewer than 4 draws or of different lengths, and for numbers that are not finite
 */
export function effectiveSampleSize(chains: Chains, { kind = 'bulk' }: EffectiveSampleSizeOptions = {}): number {
  if (!Object.hasOwn(kinds, kind)) {
    throw new Error(`effectiveSampleSize: unknown kind "${kind}"; expected one of ${Object.keys(kinds).join(', ')}.`);
  }
  const rows = toChains(chains, 'effectiveSampleSize');
  return kinds[kind](splitChains(rows), rows);
}
