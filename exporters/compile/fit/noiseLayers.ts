import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layersIn.ts';

/** The fields of tfjs's noise layers; each has some. */
type Noisy = Layer & {
  readonly rate: number;
  readonly stddev: number;
  getNoiseShape(x: Tensor): number[] | null | undefined;
  _getNoiseShape(x: Tensor): number[];
};

/** What a layer draws in training, and what it does with it. */
interface NoiseLayer {
  /** On [0, 1), or with mean 0 and variance 1. */
  readonly distribution: 'uniform' | 'gaussian';
  /** Whether it draws at all. */
  active(layer: Noisy): boolean;
  shape(layer: Noisy, x: Tensor): number[];
  apply(layer: Noisy, x: Tensor, noise: Tensor): Tensor;
}

const rated = ({ rate }: Noisy): boolean => 0 < rate && rate < 1;

const dropout: NoiseLayer = {
  distribution: 'uniform',
  active: rated,
  shape: (layer, x) => layer.getNoiseShape(x) ?? x.shape,
  /** x ⌊u + p⌋ / p, kept with probability p = 1 − rate. */
  apply: ({ rate }, x, u) => tf.mul(x, tf.div(tf.floor(tf.add(u, 1 - rate)), 1 - rate)),
};

/** −αλ of selu, where a unit saturates. */
const SATURATED = -1.6732632423543772 * 1.0507009873554805;

/** tfjs's layers that draw random numbers in training, by class, with the formulas of tfjs-layers 4.22 (core.ts, noise.ts). */
const NOISE_LAYERS: Readonly<Record<string, NoiseLayer>> = {
  Dropout: dropout,
  SpatialDropout1D: dropout,
  GaussianNoise: {
    distribution: 'gaussian',
    active: () => true,
    shape: (_, x) => x.shape,
    apply: ({ stddev }, x, noise) => tf.add(tf.mul(noise, stddev), x),
  },
  GaussianDropout: {
    distribution: 'gaussian',
    active: rated,
    shape: (_, x) => x.shape,
    apply: ({ rate }, x, noise) => tf.mul(x, tf.add(tf.mul(noise, Math.sqrt(rate / (1 - rate))), 1)),
  },
  AlphaDropout: {
    distribution: 'uniform',
    active: rated,
    shape: (layer, x) => layer._getNoiseShape(x),
    /**
     * a (x k + s (k − 1)) + b for k = [u ≥ rate], s the saturated value, b = −a s rate. Keras has 1 − k: in tfjs 4.22 dropped units become +αλ, and
     * the mean is not kept. Here as in tfjs, so that both train alike.
     */
    apply: ({ rate }, x, u) => {
      const kept = tf.cast(tf.greaterEqual(u, rate), 'float32');
      const a = ((1 - rate) * (1 + rate * SATURATED ** 2)) ** -0.5;
      const dropped = tf.add(tf.mul(x, kept), tf.mul(tf.sub(kept, 1), SATURATED));
      return tf.add(tf.mul(dropped, a), -a * SATURATED * rate);
    },
  },
};

export const NOISE_LAYER_NAMES: readonly string[] = Object.keys(NOISE_LAYERS);

/** What a layer does with noise, the layer filled in. */
export interface LayerNoise {
  readonly distribution: NoiseLayer['distribution'];
  shape(x: Tensor): number[];
  apply(x: Tensor, noise: Tensor): Tensor;
}

/** The noise of a layer; null where it draws none, or is not of a class known here. A subclass inherits its parent's name, but not its formula. */
export function noiseOf(layer: Layer): LayerNoise | null {
  const known = Object.hasOwn(layer.constructor, 'className') ? NOISE_LAYERS[layer.getClassName()] : undefined;
  const noisy = layer as Noisy;
  if (!known?.active(noisy)) return null;
  return {
    distribution: known.distribution,
    shape: (x) => known.shape(noisy, x),
    apply: (x, noise) => known.apply(noisy, x, noise),
  };
}
