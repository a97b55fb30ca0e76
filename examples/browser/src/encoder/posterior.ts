import type { LoadedModel } from 'tfjs-mvl/runtime';
import { crossEntropy } from '../../../digits/crossEntropy.ts';

/** What the model makes of a digit. */
export interface Posterior {
  /** Draws of the implicit posterior. */
  readonly codes: readonly Float32Array[];
  /** Digits decoded from some of them. */
  readonly reconstructions: readonly Float32Array[];
  /** Mean over the draws of the cross-entropy of the digit and its reconstruction, in nats. */
  readonly nats: number;
}

const DRAWS = 300;
const SHOWN = 6;

export async function posteriorOf(model: LoadedModel, digit: Float32Array, seed: number): Promise<Posterior> {
  const repeated = new Float32Array(DRAWS * digit.length);
  for (let i = 0; i < DRAWS; i++) repeated.set(digit, i * digit.length);
  const codes = await model.encode(repeated, { seed });
  const decoded = (await model.decode(codes)).rows();
  const nats = decoded.reduce((sum, means) => sum + crossEntropy(digit, means) / DRAWS, 0);
  return { codes: codes.rows(), reconstructions: decoded.slice(0, SHOWN), nats };
}
