import { gaussian } from '../noise/gaussian.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { rademacher } from '../noise/rademacher.ts';

const makers = { gaussian, rademacher } as const;

/**
 * The noise of covariance I that a loss names.
 *
 * @param columns as `gaussian` takes them
 * @throws Error naming the known ones
 */
export function projectionNoise(loss: string, columns: number | null, kind: keyof typeof makers): NoiseSpec {
  if (Object.hasOwn(makers, kind)) return makers[kind](columns);
  throw new Error(`${loss}: unknown noise "${kind}"; expected one of ${Object.keys(makers).join(', ')}.`);
}
