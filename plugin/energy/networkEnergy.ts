import type { LayersModel, SymbolicTensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import type { Energy } from './energy.ts';

/** Whether a network is a layers model rather than an energy function. */
export const isLayersModel = (network: LayersModel | Energy): network is LayersModel => network instanceof tf.LayersModel;

/** The columns of a network's only input or output of shape `[batch, columns]`. */
function columnsOf(network: LayersModel, side: 'inputs' | 'outputs'): number {
  const tensors = network[side];
  const shape = tensors[0]?.shape;
  if (tensors.length !== 1 || shape?.length !== 2 || shape[1] === null)
    throw new Error(
      `energyModel: the network's ${side} have shapes ${JSON.stringify(tensors.map((t) => t.shape))}; expected one, of shape [null, columns].`,
    );
  return shape[1];
}

/**
 * The energy that a network gives on a manifold: its output where that is one column, else E(x) = ⟨f(x), x⟩, as in the experiments of
 * Wang et al. 2020.
 *
 * @throws where the network's input does not fit the manifold's points, or its output is neither `[batch, 1]` nor `[batch, m]`
 */
export function networkEnergy(network: LayersModel | Energy, manifold: Manifold): Energy {
  if (!isLayersModel(network)) return network;
  const columns = columnsOf(network, 'inputs');
  const outputs = columnsOf(network, 'outputs');
  if (manifold.ambientDim !== null && manifold.ambientDim !== columns)
    throw new Error(`energyModel: the network takes points of ${columns} columns, those of ${manifold.name} have ${manifold.ambientDim}.`);
  if (outputs === 1) return (x) => tf.squeeze(network.apply(x) as Tensor2D, [1]);
  if (outputs === columns) return (x) => tf.sum(tf.mul(network.apply(x) as Tensor2D, x), 1);
  throw new Error(`energyModel: the network gives ${outputs} columns; expected 1, the energy, or ${columns}, read as E(x) = ⟨f(x), x⟩.`);
}

/**
 * The layers model that tfjs callbacks get to see, and whose `stopTraining` ends training: the network, or an empty one for a plain function.
 * A `tf.Sequential` has a `stopTraining` only once it was applied.
 */
export function hostOf(network: LayersModel | Energy): LayersModel {
  if (isLayersModel(network)) {
    tf.tidy(() => {
      network.apply(tf.zeros([1, columnsOf(network, 'inputs')]));
    });
    return network;
  }
  const input = tf.input({ shape: [1] });
  return tf.model({ inputs: input, outputs: tf.layers.activation({ activation: 'linear' }).apply(input) as SymbolicTensor });
}
