import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { GatedFourierFeatures, type GatedFourierFeaturesConfig } from '../layers/GatedFourierFeatures.ts';
import { registerLayers } from '../layers/registerLayers.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { checkNoiseLevels, type NoiseLevels } from './noiseLevels.ts';
import { type Activation, perceptron } from './perceptron.ts';

export interface ConditionalEnergyOptions {
  readonly manifold: Manifold;
  /** As given to `energyModel`. */
  readonly noiseLevels: NoiseLevels;
  /** Width of each hidden layer. Default [128, 128, 128]. */
  readonly hidden?: readonly number[];
  /** Any activation of tf.layers that is twice differentiable. Default 'tanh'. */
  readonly activation?: Activation;
  /** `'inner'`: E(x, σ) = ⟨f(x, σ), x⟩; `'scalar'`: E(x, σ) = f(x, σ). Default 'inner'. */
  readonly head?: 'inner' | 'scalar';
  /** Fourier features in front. Default: 16 of each frequency 1/from, 2/from, 4/from, … up to 1/to. */
  readonly features?: Partial<Omit<GatedFourierFeaturesConfig, 'name'>>;
  /** Fixes the initial weights and the features. Default 0. */
  readonly seed?: number;
}

/** Octaves from 1/from on, up to 1/to: detail of the size of every level. */
const octaves = ({ from, to }: NoiseLevels): number[] =>
  Array.from({ length: Math.floor(Math.log2(from / to)) + 1 }, (_, k) => 2 ** k / from);

/**
 * A multilayer perceptron that gives an energy at every noise level, for `energyModel({ manifold, noiseLevels, network })`: points `[batch, m]` and log σ
 * `[batch, 1]`, behind Fourier features that fade where σ blurs them away.
 *
 * @throws RangeError for wrong levels; Error where the manifold leaves its number of columns open, as `euclidean()` does
 */
export function conditionalEnergy(options: ConditionalEnergyOptions): LayersModel {
  const { manifold, hidden = [128, 128, 128], activation = 'tanh', head = 'inner', features, seed = 0 } = options;
  const levels = checkNoiseLevels(options.noiseLevels);
  const columns = manifold.ambientDim;
  if (columns === null)
    throw new Error(
      `conditionalEnergy: ${manifold.name} does not say how many columns its points have. Give the dimension, for example euclidean(2), or a network of your own.`,
    );
  registerLayers();
  const inputs = [tf.input({ shape: [columns], name: 'x' }), tf.input({ shape: [1], name: 'logSigma' })];
  const layer = new GatedFourierFeatures({ frequencies: octaves(levels), count: 16, seed, ...features });
  const outputs = perceptron(layer.apply(inputs) as SymbolicTensor, { hidden, activation, outputs: head === 'inner' ? columns : 1, seed });
  return tf.model({ inputs, outputs });
}
