import type { SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Activation } from '../../plugin/energy/perceptron.ts';
import { STREAM } from '../../plugin/training/streams.ts';
import { randomStream } from '../../random/stream.ts';

/** Seeds for the initial weights of one network after another, and one layer after another. */
export interface WeightSeeds {
  next(): number;
}

/** @param part tells the networks of one model apart */
export function weightSeeds(seed: number, part: number): WeightSeeds {
  const stream = randomStream(seed, STREAM.weights, part);
  return { next: () => Math.floor(stream.uniform() * 2 ** 31) };
}

const glorot = (seeds: WeightSeeds) => tf.initializers.glorotUniform({ seed: seeds.next() });

/** Glorot's, scaled; for what is to be small at first. */
const scaled = (gain: number, inputs: number, units: number, seeds: WeightSeeds) => {
  const limit = gain * Math.sqrt(6 / (inputs + units));
  return tf.initializers.randomUniform({ minval: -limit, maxval: limit, seed: seeds.next() });
};

export interface DenseOptions {
  readonly activation?: Activation;
  /** Of the initial weights, in units of Glorot's. Default 1. */
  readonly gain?: number;
}

/** A fully connected layer with initial weights from a seed. */
export function dense(features: SymbolicTensor, units: number, seeds: WeightSeeds, options: DenseOptions = {}): SymbolicTensor {
  const { activation = 'linear', gain = 1 } = options;
  const kernelInitializer = gain === 1 ? glorot(seeds) : scaled(gain, features.shape[1] as number, units, seeds);
  return tf.layers.dense({ units, activation, kernelInitializer }).apply(features) as SymbolicTensor;
}

/**
 * A fully connected layer on several inputs side by side, as a sum of one on each: what an input adds is computed once, however often the layer is applied
 * with it. Initial weights go by the size of each input, so that a few columns of noise count for as much as many features.
 */
export function joint(inputs: readonly SymbolicTensor[], units: number, activation: Activation, seeds: WeightSeeds): SymbolicTensor {
  const parts = inputs.map((input) => {
    const kernelInitializer = tf.initializers.leCunUniform({ seed: seeds.next() });
    return tf.layers.dense({ units, kernelInitializer }).apply(input) as SymbolicTensor;
  });
  return tf.layers.activation({ activation }).apply(tf.layers.add().apply(parts)) as SymbolicTensor;
}

/** Fully connected layers of some widths, each with its activation. */
export const hiddenLayers = (
  features: SymbolicTensor,
  widths: readonly number[],
  activation: Activation,
  seeds: WeightSeeds,
): SymbolicTensor => widths.reduce((h, units) => dense(h, units, seeds, { activation }), features);

/** A convolution over every second pixel: half the height and width. */
export const downwards = (x: SymbolicTensor, filters: number, activation: Activation, seeds: WeightSeeds): SymbolicTensor =>
  tf.layers
    .conv2d({ filters, kernelSize: 4, strides: 2, padding: 'same', activation, kernelInitializer: glorot(seeds) })
    .apply(x) as SymbolicTensor;

/** Its transpose: twice the height and width. */
export const upwards = (x: SymbolicTensor, filters: number, activation: Activation, seeds: WeightSeeds): SymbolicTensor =>
  tf.layers
    .conv2dTranspose({ filters, kernelSize: 4, strides: 2, padding: 'same', activation, kernelInitializer: glorot(seeds) })
    .apply(x) as SymbolicTensor;
