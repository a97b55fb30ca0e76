import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { RandomFourierFeatures, type RandomFourierFeaturesConfig } from '../layers/RandomFourierFeatures.ts';
import { registerLayers } from '../layers/registerLayers.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { type Activation, perceptron } from './perceptron.ts';

export interface MlpEnergyOptions {
  readonly manifold: Manifold;
  /** Width of each hidden layer. Default [128, 128]. */
  readonly hidden?: readonly number[];
  /** Any activation of tf.layers that is twice differentiable. Default 'tanh'. */
  readonly activation?: Activation;
  /** `'inner'`: E(x) = ⟨f(x), x⟩, as in the experiments of Wang et al. 2020; `'scalar'`: E(x) = f(x). Default 'inner'. */
  readonly head?: 'inner' | 'scalar';
  /** Random Fourier features in front, for detail of many scales. Default: none. */
  readonly features?: Omit<RandomFourierFeaturesConfig, 'name'>;
  /** Fixes the initial weights. Default 0. */
  readonly seed?: number;
}

/**
 * A multilayer perceptron that gives an energy on a manifold, for `energyModel({ manifold, network })`.
 *
 * @throws where the manifold leaves its number of columns open, as `euclidean()` does
 */
export function mlpEnergy(options: MlpEnergyOptions): LayersModel {
  const { manifold, hidden = [128, 128], activation = 'tanh', head = 'inner', features, seed = 0 } = options;
  const columns = manifold.ambientDim;
  if (columns === null)
    throw new Error(
      `mlpEnergy: ${manifold.name} does not say how many columns its points have. Give the dimension, for example euclidean(2), or a network of your own.`,
    );
  registerLayers();
  const input = tf.input({ shape: [columns] });
  let h: SymbolicTensor = input;
  if (features) h = new RandomFourierFeatures({ seed, ...features }).apply(h) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: perceptron(h, { hidden, activation, outputs: head === 'inner' ? columns : 1, seed }) });
}
