import type { layers, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';

/** Standard normal noise for a layer's calls. */
export interface NoiseSource {
  /**
   * What draws: a `tf.layers.gaussianNoise` of deviation 1. The layer keeps it under `layers`, where whoever compiles a training step finds what a layer
   * is made of, and puts noise of its own in place of the draw of a layer that it knows.
   */
  readonly layer: layers.Layer;
  /** Noise of a shape, `[batch, …]`: in training the next of the stream, elsewhere always the same, so that evaluations can be compared. */
  draw(shape: readonly number[], training: boolean): Tensor;
}

/** Streams of the calls in training, and of all others. */
const [TRAINING, EVALUATION] = [0, 1];

/** @param name of the layer, as it is shown where noise is an input */
export function noiseSource(name: string, seed: number): NoiseSource {
  const layer = tf.layers.gaussianNoise({ stddev: 1, name });
  let calls = 0;
  const from = (shape: number[], ...key: number[]): Tensor =>
    tf.reshape(drawNoise(gaussian(), [shape[0], tf.util.sizeFromShape(shape.slice(1))], randomStream(seed, ...key)), shape);
  // tfjs's own draw is not seeded.
  layer.call = (inputs) => {
    const [zeros] = [inputs].flat();
    return from(zeros.shape, TRAINING, calls++);
  };
  return {
    layer,
    draw: (shape, training) =>
      tf.tidy(() => (training ? (layer.call(tf.zeros([...shape]), { training }) as Tensor) : from([...shape], EVALUATION))),
  };
}
