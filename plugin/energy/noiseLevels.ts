import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../random/stream.ts';
import type { ConditionalEnergy, Energy } from './energy.ts';

/** Widths σ of the heat kernel between which log σ is uniform, in the manifold's units of length: from the coarsest to the finest. */
export interface NoiseLevels {
  /** Where the modes of the data have merged: about 1 on spheres, the size of the data in flat space. */
  readonly from: number;
  /** The detail that the model is to have. */
  readonly to: number;
}

/** @throws RangeError unless from > to > 0 */
export function checkNoiseLevels(levels: NoiseLevels): NoiseLevels {
  const { from, to } = levels;
  if (to > 0 && from > to && Number.isFinite(from)) return { from, to };
  throw new RangeError(
    `energyModel: noiseLevels must fall between positive widths, as in { from: 1, to: 0.01 }; got ${JSON.stringify(levels)}.`,
  );
}

/** σ after a share of the way from the coarsest level to the finest, geometrically. */
export const levelAt = ({ from, to }: NoiseLevels, share: number): number => from * (to / from) ** share;

/** Fills `into` with levels and returns it, log σ uniform: one from each of as many equal ranges, which spreads every batch over all levels. */
export function drawLevels(levels: NoiseLevels, stream: RandomStream, into: Float32Array): Float32Array {
  for (let i = 0; i < into.length; i++) into[i] = levelAt(levels, (i + stream.uniform()) / into.length);
  return into;
}

/** A conditional energy at one level, the same for all points, or at one for each, `[batch, 1]`. */
export const atLevel =
  (energy: ConditionalEnergy, sigma: number | Tensor2D): Energy =>
  (x) =>
    energy(x, typeof sigma === 'number' ? tf.add(tf.zerosLike(tf.slice(x, [0, 0], [-1, 1])), sigma) : sigma);
