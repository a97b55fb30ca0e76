import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { weightSeeds } from '../networks/layers.ts';
import { codeScale } from './prior.ts';

/** Codes `[batch, m]` to what the likelihood reads, `[batch, columns]`. */
export type Decode = (z: Tensor2D) => Tensor2D;

export function decoderNetwork(latent: Manifold, columns: number, family: NetworkFamily, seed: number): LayersModel {
  const codes = tf.input({ shape: [latent.ambientDim as number] });
  return tf.model({ inputs: codes, outputs: family.decoder(codes, columns, weightSeeds(seed, 0)), name: 'decoder' });
}

export function decodeBy(decoder: LayersModel, latent: Manifold): Decode {
  const scale = codeScale(latent);
  return (z) => tf.tidy(() => decoder.apply(scale === 1 ? z : tf.mul(scale, z)) as Tensor2D);
}
