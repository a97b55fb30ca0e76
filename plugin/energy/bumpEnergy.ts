import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { SphericalBumps } from '../layers/SphericalBumps.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { register } from '../register.ts';

export interface BumpEnergyOptions {
  /** A sphere. */
  readonly manifold: Manifold;
  /** Default 128. */
  readonly bumps?: number;
  /** Width of all bumps at first, in radians: near the smoothing that training begins with. Default 0.3. */
  readonly width?: number;
  /** Share of the uniform background at first. Default 0.05. */
  readonly background?: number;
  /** Fixes where the bumps begin. Default 0. */
  readonly seed?: number;
}

/**
 * An energy made of bumps over a uniform background, for `energyModel({ manifold, network })`; see `SphericalBumps`. On clustered points of very
 * different scales in two or three dimensions it gets further in the same time than a multilayer perceptron, and the background gives it tails.
 *
 * @throws for manifolds other than spheres
 */
export function bumpEnergy({ manifold, bumps = 128, width = 0.3, background = 0.05, seed = 0 }: BumpEnergyOptions): LayersModel {
  const { ambientDim, name } = manifold;
  if (ambientDim === null || !name.startsWith('sphere:'))
    throw new Error(`bumpEnergy: bumps are made for spheres, not for ${name}; use mlpEnergy there.`);
  register();
  const input = tf.input({ shape: [ambientDim] });
  return tf.model({ inputs: input, outputs: new SphericalBumps({ bumps, width, background, seed }).apply(input) as SymbolicTensor });
}
