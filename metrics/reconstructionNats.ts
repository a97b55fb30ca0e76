import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import { nextTurn } from '../plugin/training/interrupts.ts';
import { randomStream } from '../random/stream.ts';
import { checkDensity, type LatentDensity } from './latentDensity.ts';
import { type Nats, natsOf } from './nats.ts';

export interface ReconstructionOptions {
  /** Codes drawn for each row. Default 1. */
  readonly draws?: number;
  /** Fixes the encoder's noise. Default 0. */
  readonly seed?: number;
}

const NAME = 'reconstructionNats';
/** Rows at once. */
const CHUNK = 1024;

/**
 * The mean over rows of −log p(x|z) in nats, with z drawn from the encoder's law for each: what `fit` reports as `reconstruction`, with a
 * standard error from the spread over rows.
 *
 * @param density of a model, `densityOf(model)`
 * @param x rows as the model observes them, binary ones for a Bernoulli likelihood, `[n, columns]`
 * @throws Error where the density has no encoder, and where a row's value is not finite; TypeError where the first argument is no density or x no tensor; RangeError for a number of draws that is none, and for
 *   rows that the model does not observe
 */
export async function reconstructionNats(density: LatentDensity, x: Tensor2D, options: ReconstructionOptions = {}): Promise<Nats> {
  checkDensity(NAME, density, x);
  checkOptionNames(NAME, options, ['draws', 'seed']);
  const { draws = 1, seed = 0 } = options;
  const { encode, observation } = density;
  if (encode === undefined) throw new Error(`${NAME}: the density has no encoder to draw codes by; give one as \`encode\`.`);
  if (!Number.isInteger(draws) || draws < 1) throw new RangeError(`${NAME}: draws must be a whole number of at least 1; got ${draws}.`);
  await density.check?.(x, `${NAME}(x)`);
  const n = x.shape[0];
  const nats = new Float64Array(n);
  for (let start = 0; start < n; start += CHUNK)
    for (let draw = 0; draw < draws; draw++) {
      const own = Math.floor(2 ** 31 * randomStream(seed, start, draw).uniform());
      const values = tf.tidy(() => {
        const rows = tf.slice(x, [start, 0], [Math.min(CHUNK, n - start), -1]);
        return observation(encode(rows, own), rows);
      });
      for (const [i, value] of (await values.data()).entries()) nats[start + i] += value / draws;
      values.dispose();
      await nextTurn();
    }
  const bad = nats.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Error(`${NAME}: −log p(x|z) of row ${bad} is ${nats[bad]}.`);
  return natsOf(nats);
}
