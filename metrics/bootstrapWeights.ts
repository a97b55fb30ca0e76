import { randomStream } from '../random/stream.ts';
import { resampledCounts } from './resampledCounts.ts';

export type Bootstrap = 'multinomial' | 'wild';

/** counts/n − 1/n of n draws with replacement from n points. Liu, Lee & Jordan 2016, equation 16. */
function multinomial(n: number, uniform: () => number, set: (point: number, weight: number) => void): void {
  const counts = resampledCounts(n, uniform);
  for (let i = 0; i < n; i++) set(i, (counts[i] - 1) / n);
}

/** Signs/n that change from point to point with a given probability: independent ones at ½. Chwialkowski, Strathmann & Gretton 2016, equation 6. */
function wild(n: number, uniform: () => number, set: (point: number, weight: number) => void, change: number): void {
  let sign = uniform() < 0.5 ? -1 : 1;
  for (let i = 0; i < n; i++) {
    if (i > 0 && uniform() < change) sign = -sign;
    set(i, sign / n);
  }
}

const kinds = { multinomial, wild };

/** Weights of the points in each replicate, `[n, replicates]` by rows. Replicate b draws from `randomStream(seed, b)`. */
export function bootstrapWeights(kind: Bootstrap, n: number, replicates: number, seed: number, change: number): Float32Array {
  const weights = new Float32Array(n * replicates);
  for (let b = 0; b < replicates; b++) {
    const { uniform } = randomStream(seed, b);
    kinds[kind](
      n,
      uniform,
      (i, weight) => {
        weights[i * replicates + b] = weight;
      },
      change,
    );
  }
  return weights;
}
