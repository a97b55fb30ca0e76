import type { LayersModel, SymbolicTensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { SphericalBumps } from '../layers/SphericalBumps.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { register } from '../register.ts';
import { type Points, toPoints } from './points.ts';

export interface BumpEnergyOptions {
  /** A sphere. */
  readonly manifold: Manifold;
  /** Default 128. */
  readonly bumps?: number;
  /** Width of all bumps at first, in radians: near the smoothing that training begins with. Default 0.3. */
  readonly width?: number;
  /** Share of the uniform background at first. Default 0.05. */
  readonly background?: number;
  /** Points of the data, rows or a tensor `[n, m]`: bumps begin at some of them. Default: at uniform points of the sphere. */
  readonly points?: Points;
  /** Fixes where the bumps begin. Default 0. */
  readonly seed?: number;
}

/** `count` rows drawn from the points, none twice where there are enough of them, as columns `[m, count]`. */
function centresFrom(manifold: Manifold, points: Points, count: number, seed: number): Tensor2D {
  return tf.tidy(() => {
    const all = toPoints(manifold, points, 'bumpEnergy(points)');
    const order = permutation(all.shape[0], randomStream(seed, count));
    const chosen = Int32Array.from({ length: count }, (_, k) => order[k % order.length]);
    return tf.transpose(tf.gather(all, tf.tensor1d(chosen, 'int32')));
  });
}

/**
 * An energy made of bumps over a uniform background, for `energyModel({ manifold, network })`; see `SphericalBumps`. On clustered points of very
 * different scales in two or three dimensions it gets further in the same time than a multilayer perceptron, and the background gives it tails.
 *
 * Give it the `points`. Score matching cannot see mass where there are no data, so a bump that begins far from them keeps what it has; bumps that
 * begin at data points have the right masses from the start.
 *
 * @throws for manifolds other than spheres
 */
export function bumpEnergy({ manifold, bumps = 128, width = 0.3, background = 0.05, points, seed = 0 }: BumpEnergyOptions): LayersModel {
  const { ambientDim, name } = manifold;
  if (ambientDim === null || !name.startsWith('sphere:'))
    throw new Error(`bumpEnergy: bumps are made for spheres, not for ${name}; use mlpEnergy there.`);
  register();
  const input = tf.input({ shape: [ambientDim] });
  const layer = new SphericalBumps({ bumps, width, background, seed });
  const model = tf.model({ inputs: input, outputs: layer.apply(input) as SymbolicTensor });
  if (points !== undefined) {
    const centres = centresFrom(manifold, points, bumps, seed);
    layer.setWeights([centres, ...layer.getWeights().slice(1)]);
    centres.dispose();
  }
  return model;
}
