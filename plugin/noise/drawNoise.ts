import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fillRandom } from '../../random/fill.ts';
import type { RandomStream } from '../../random/stream.ts';
import type { NoiseSpec } from './noiseSpec.ts';

/**
 * Draws what a step or a loss asks for.
 *
 * @param points shape of the points it is for, `[batch, m]`
 * @param stream where the numbers come from, for example `randomStream(seed, step)`: the same key gives the same noise on every platform
 */
export function drawNoise(spec: NoiseSpec, points: readonly [number, number], stream: RandomStream): Tensor {
  const shape = spec.shape(points);
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(fillRandom(new Float32Array(size), spec.distribution, stream), shape);
}
