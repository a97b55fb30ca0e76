import type { LayersModel, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, joint, weightSeeds } from '../networks/layers.ts';

/** Points u `[batch, dim]` and features to a scalar `[batch, 1]`, a centre and log-widths, `[batch, dim]` each. */
export function standardEnergyNetwork(dim: number, features: number, family: NetworkFamily, seed: number): LayersModel {
  const seeds = weightSeeds(seed, 2);
  const u = tf.input({ shape: [dim] });
  const given = tf.input({ shape: [features] });
  const { width, activation } = family;
  const hidden = dense(joint([u, given], width, activation, seeds), width, seeds, { activation });
  const outputs = [
    dense(hidden, 1, seeds, { gain: 0.1 }),
    dense(given, dim, seeds, { gain: 0.1 }),
    dense(given, dim, seeds, { gain: 0.1 }),
  ];
  return tf.model({ inputs: [u, given], outputs, name: 'energy' });
}

/** E(u|h) = ½|(u − c(h))/w(h)|² + f(u, h): a normal law with a correction, for laws that are nearly normal. */
export const standardEnergy = (network: LayersModel, u: Tensor2D, features: Tensor2D): Tensor1D => {
  const [scalar, centre, logWidth] = network.apply([u, features]) as Tensor2D[];
  const standard = tf.mul(tf.sub(u, centre), tf.exp(tf.neg(logWidth)));
  return tf.add(tf.mul(0.5, tf.sum(tf.square(standard), 1)), tf.squeeze(scalar, [1])) as Tensor1D;
};
