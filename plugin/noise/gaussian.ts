import type { NoiseSpec } from './noiseSpec.ts';

/**
 * Independent standard normal noise, one row for each point.
 *
 * @param columns numbers for each point; left out, as many as the point has coordinates
 */
export const gaussian = (columns: number | null = null): NoiseSpec => ({
  distribution: 'gaussian',
  shape: ([batch, m]) => [batch, columns ?? m],
});
