import type { NoiseSpec } from './noiseSpec.ts';

/**
 * Independent signs ±1: mean 0 and covariance I like `gaussian()`, and the least possible fourth moment. In a Hutchinson estimate zᵀHz the variance
 * falls from 2|H|² to 2(|H|² − ΣHᵢᵢ²).
 *
 * @param columns numbers for each point; left out, as many as the point has coordinates
 */
export const rademacher = (columns: number | null = null): NoiseSpec => ({
  distribution: 'rademacher',
  shape: ([batch, m]) => [batch, columns ?? m],
});
