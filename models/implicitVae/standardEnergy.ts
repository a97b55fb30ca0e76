import type { LayersModel, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Moments } from '../latent/posterior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, joint, weightSeeds } from '../networks/layers.ts';

/** Directions in which the normal part of the energy may be narrower than its widths say: correlations of columns. */
const RANK = 8;

/** Points v `[batch, dim]` and features to a scalar `[batch, 1]`, a centre and log-widths, `[batch, dim]` each, and directions, `[batch, dim · RANK]`. */
export function standardEnergyNetwork(dim: number, features: number, family: NetworkFamily, seed: number): LayersModel {
  const seeds = weightSeeds(seed, 2);
  const v = tf.input({ shape: [dim] });
  const given = tf.input({ shape: [features] });
  const { width, activation } = family;
  const hidden = dense(joint([v, given], width, activation, seeds), width, seeds, { activation });
  const shape = dense(given, width, seeds, { activation });
  const small = { gain: 0.1 };
  const outputs = [
    dense(hidden, 1, seeds, small),
    dense(shape, dim, seeds, small),
    dense(shape, dim, seeds, small),
    dense(shape, dim * RANK, seeds, small),
  ];
  return tf.model({ inputs: [v, given], outputs, name: 'energy' });
}

/** The same energy as a function of u, where all that it is given stays as it is. */
export interface GivenLaw extends Moments {
  readonly features: Tensor2D;
}

/**
 * E(u|h) = ½|y|² + ½|A(h)ᵀy|² + f(v, h), v = (u − centre)/width and y = (v − c(h))/w(h): a normal law with the moments of u, corrected. The quadratic part learns at once what a
 * network f of v and h side by side is slow to learn, products of the two.
 */
export function standardEnergy(network: LayersModel, u: Tensor2D, { features, centre, width }: GivenLaw): Tensor1D {
  const v: Tensor2D = tf.div(tf.sub(u, centre), width);
  const [scalar, shift, logWidth, directions] = network.apply([v, features]) as Tensor2D[];
  const y: Tensor2D = tf.mul(tf.sub(v, shift), tf.exp(tf.neg(logWidth)));
  const factors = tf.reshape(directions, [-1, u.shape[1], RANK]) as Tensor3D;
  const along = tf.sum(tf.mul(factors, tf.expandDims(y, 2)), 1);
  const square = tf.add(tf.sum(tf.square(y), 1), tf.sum(tf.square(along), 1));
  return tf.add(tf.mul(0.5, square), tf.squeeze(scalar, [1])) as Tensor1D;
}
