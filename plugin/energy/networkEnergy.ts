import type { LayersModel, SymbolicTensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../manifolds/manifold.ts';
import type { ConditionalEnergy, Energy } from './energy.ts';

/** Whether a network is a layers model rather than an energy function. */
export const isLayersModel = (network: LayersModel | ConditionalEnergy): network is LayersModel => network instanceof tf.LayersModel;

/** The columns of a network's inputs or outputs of shape `[batch, columns]`. */
function columnsOf(network: LayersModel, side: 'inputs' | 'outputs', expected: number): number[] {
  const shapes = network[side].map(({ shape }) => shape);
  if (shapes.length === expected && shapes.every((shape) => shape.length === 2 && shape[1] !== null))
    return shapes.map(([, columns]) => columns as number);
  throw new Error(
    `energyModel: the network's ${side} have shapes ${JSON.stringify(shapes)}; expected ${expected === 1 ? 'one, of shape [null, columns]' : 'two, points [null, columns] and log σ [null, 1]'}.`,
  );
}

/** How a network's output at points becomes an energy: as it is where it is one column, else E(x) = ⟨f(x), x⟩, as in the experiments of Wang et al. 2020. */
function headOf(network: LayersModel, manifold: Manifold, columns: number): (output: Tensor2D, x: Tensor2D) => Tensor1D {
  const [outputs] = columnsOf(network, 'outputs', 1);
  if (manifold.ambientDim !== null && manifold.ambientDim !== columns)
    throw new Error(`energyModel: the network takes points of ${columns} columns, those of ${manifold.name} have ${manifold.ambientDim}.`);
  if (outputs === 1) return (output) => tf.squeeze(output, [1]);
  if (outputs === columns) return (output, x) => tf.sum(tf.mul(output, x), 1);
  throw new Error(`energyModel: the network gives ${outputs} columns; expected 1, the energy, or ${columns}, read as E(x) = ⟨f(x), x⟩.`);
}

/**
 * The energy that a network gives on a manifold.
 *
 * @throws where the network's input does not fit the manifold's points, or its output is neither `[batch, 1]` nor `[batch, m]`
 */
export function networkEnergy(network: LayersModel | Energy, manifold: Manifold): Energy {
  if (!isLayersModel(network)) return network;
  const head = headOf(network, manifold, columnsOf(network, 'inputs', 1)[0]);
  return (x) => head(network.apply(x) as Tensor2D, x);
}

/**
 * The same of a network of two inputs, points and log σ `[batch, 1]`.
 *
 * @throws as `networkEnergy`
 */
export function conditionalNetworkEnergy(network: LayersModel | ConditionalEnergy, manifold: Manifold): ConditionalEnergy {
  if (!isLayersModel(network)) return network;
  const [columns, levels] = columnsOf(network, 'inputs', 2);
  if (levels !== 1) throw new Error(`energyModel: the network's second input has ${levels} columns; expected one, log σ.`);
  const head = headOf(network, manifold, columns);
  return (x, sigma) => head(network.apply([x, tf.log(sigma)]) as Tensor2D, x);
}

/**
 * The layers model that tfjs callbacks get to see, and whose `stopTraining` ends training: the network, or an empty one for a plain function.
 * A `tf.Sequential` has a `stopTraining` only once it was applied.
 */
export function hostOf(network: LayersModel | ConditionalEnergy): LayersModel {
  if (isLayersModel(network)) {
    tf.tidy(() => {
      const rows = network.inputs.map(({ shape }) => tf.zeros([1, shape[1] as number]));
      network.apply(rows.length === 1 ? rows[0] : rows);
    });
    return network;
  }
  const input = tf.input({ shape: [1] });
  return tf.model({ inputs: input, outputs: tf.layers.activation({ activation: 'linear' }).apply(input) as SymbolicTensor });
}
