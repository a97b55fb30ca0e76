import { logSumExp } from '../logSumExp.ts';

/** What the weights of one run say about log Z, in nats. */
export interface AnnealingRun {
  /**
   * Forward: log of the mean weight, in the mean below log Z; above log Z + b with a probability of at most e^(−b). Backward, from samples of the target:
   * minus the log of the mean of the weights of 1/Z, with both the other way round.
   */
  readonly logZ: number;
  /** Of `logZ`, from the spread of the weights. Not to be believed where the effective sample size is a few. */
  readonly standardError: number;
  /** (Σw)²/Σw², between 1 and the number of chains. */
  readonly effectiveSampleSize: number;
  /** One for each chain, `[chains]`. Forward: mean exp(logWeights) estimates Z without bias; backward: mean exp(−logWeights) estimates 1/Z. */
  readonly logWeights: Float64Array;
  /** Share of the proposals that were accepted. */
  readonly acceptance: number;
}

/** 97.5 % quantile of the standard normal. */
export const DEVIATIONS = 1.959964;

/**
 * @param gains log-weights of the chains without the base's log Z
 * @param direction 1: weights of Z; −1: of 1/Z
 */
export function runOf(gains: Float64Array, logZ0: number, acceptance: number, direction: 1 | -1): AnnealingRun {
  const n = gains.length;
  const logMean = logSumExp(gains) - Math.log(n);
  if (logMean === Number.NEGATIVE_INFINITY)
    throw new Error('annealedImportanceSampling: all weights are 0: no chain came where the target has mass. Use a base that covers it.');
  // Weights over their mean: variance of log mean by the delta method.
  const ratios = gains.map((gain) => Math.exp(gain - logMean));
  const squares = ratios.reduce((sum, r) => sum + r * r, 0);
  return {
    logZ: logZ0 + direction * logMean,
    standardError: n > 1 ? Math.sqrt((squares / n - 1) / (n - 1)) : Number.POSITIVE_INFINITY,
    effectiveSampleSize: (n * n) / squares,
    logWeights: gains.map((gain) => logZ0 + direction * gain),
    acceptance,
  };
}
