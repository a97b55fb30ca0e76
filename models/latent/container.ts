import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * Several networks as one layers model, each a layer of it under its name: what tfjs saves, counts the weights of and shows to callbacks. Its inputs and outputs
 * are those of the networks side by side.
 */
export function containerOf(networks: Readonly<Record<string, LayersModel>>): LayersModel {
  const inputs: SymbolicTensor[] = [];
  const outputs: SymbolicTensor[] = [];
  for (const network of Object.values(networks)) {
    const own = network.inputs.map(({ shape }) => tf.input({ shape: shape.slice(1) }));
    inputs.push(...own);
    const results = network.apply(own) as SymbolicTensor | SymbolicTensor[];
    outputs.push(...(Array.isArray(results) ? results : [results]));
  }
  const container = tf.model({ inputs, outputs });
  container.stopTraining = false;
  return container;
}

/** The networks of a container by name. */
export const networksIn = (container: LayersModel): Record<string, LayersModel> =>
  Object.fromEntries(
    container.layers.filter((layer) => layer instanceof tf.LayersModel).map((layer) => [layer.name, layer as LayersModel]),
  );
