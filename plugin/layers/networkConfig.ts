import type { LayersModel, serialization } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** A network inside a layer's config. */
export const networkConfig = (network: LayersModel): serialization.ConfigDict => ({
  className: network.getClassName(),
  config: network.getConfig() as serialization.ConfigDict,
});

/** The network that `networkConfig` described. */
export function networkFrom(described: serialization.ConfigDict): LayersModel {
  const { className, config } = described as { className: string; config: serialization.ConfigDict };
  const made =
    className === 'Sequential' ? tf.Sequential.fromConfig(tf.Sequential, config) : tf.LayersModel.fromConfig(tf.LayersModel, config);
  return made as LayersModel;
}

/**
 * The shape of a network's points, `[null, m]`, for the layer that holds it: it can then be the first of a `tf.Sequential`.
 *
 * @throws TypeError where it is no layers model
 */
export function pointsShape(where: string, network: LayersModel): (number | null)[] {
  if (network instanceof tf.LayersModel) return network.inputs[0].shape;
  throw new TypeError(
    `${where}: network must be a tf.LayersModel, such as mlpEnergy({ manifold }); got ${network === null ? 'null' : typeof network}.`,
  );
}
