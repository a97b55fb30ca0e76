import type { Distribution } from '../../random/fill.ts';

/** What noise a step or a loss asks for, so that it can be drawn from a seed outside and passed in. */
export interface NoiseSpec {
  readonly distribution: Distribution;
  /** Shape of the noise for points of shape `[batch, m]`. */
  shape(points: readonly [number, number]): number[];
}
