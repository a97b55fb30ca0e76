import type { LayersModel, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { codeScale } from '../latent/prior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, hiddenLayers, weightSeeds } from '../networks/layers.ts';

/** Codes `[batch, m]` to one number each, `[batch, 1]`, by two hidden layers; nearly 0 at first. */
export function codeNetwork(latent: Manifold, family: NetworkFamily, seed: number, name: string): LayersModel {
  const seeds = weightSeeds(seed, 2);
  const codes = tf.input({ shape: [latent.ambientDim as number] });
  const { width, activation } = family;
  return tf.model({ inputs: codes, outputs: dense(hiddenLayers(codes, [width, width], activation, seeds), 1, seeds, { gain: 0.1 }), name });
}

/** The network as a function of codes, `[batch]`. */
export function codeFunction(network: LayersModel, latent: Manifold): (z: Tensor2D) => Tensor1D {
  const scale = codeScale(latent);
  return (z) => tf.squeeze(network.apply(scale === 1 ? z : tf.mul(scale, z)) as Tensor2D, [1]);
}
