import type { LayersModel, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { detach } from '../../plugin/losses/detach.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { randomStream } from '../../random/stream.ts';
import type { Moments, Posterior, Standardised } from '../latent/posterior.ts';
import type { NetworkFamily } from '../networks/family.ts';
import { dense, joint, weightSeeds } from '../networks/layers.ts';
import { placementOn } from './place.ts';
import { shear } from './shear.ts';

/** A posterior whose codes are images of a standardised law. */
export interface StandardisedPosterior extends Posterior {
  /** The standardised coordinates of given codes. */
  standardise(z: Tensor2D, x: Tensor2D): Standardised;
}

export interface ImplicitNetworks {
  /** Data `[batch, columns]` to features, location `[batch, m]`, log-scales `[batch, dim]` and entries of the shear `[batch, dim²]`. */
  readonly encoder: LayersModel;
  /** Noise `[batch, dim]` and features to displacements `[batch, dim]`. */
  readonly displacement: LayersModel;
}

export function implicitNetworks(latent: Manifold, columns: number, family: NetworkFamily, seed: number): ImplicitNetworks {
  const [m, dim] = [latent.ambientDim as number, latent.dim as number];
  const seeds = weightSeeds(seed, 1);
  const data = tf.input({ shape: [columns] });
  const features = family.trunk(data, seeds);
  const encoder = tf.model({
    inputs: data,
    outputs: [features, dense(features, m, seeds), dense(features, dim, seeds), dense(features, dim * dim, seeds, { gain: 0.1 })],
    name: 'encoder',
  });
  const noise = tf.input({ shape: [dim] });
  const given = tf.input({ shape: [features.shape[1] as number] });
  const hidden = joint([noise, given], family.width, family.activation, seeds);
  const displacement = tf.model({ inputs: [noise, given], outputs: dense(hidden, dim, seeds), name: 'displacement' });
  return { encoder, displacement };
}

/** Scales start at a third of the prior's: codes are told apart from the beginning. */
const FIRST_LOG_SCALE = -1;

/** Values of η, fixed once and for all and in pairs of opposite sign, over which moments of the displacement are taken. */
const PAIRS = 8;

function antitheticNodes(dim: number): Float32Array[] {
  const stream = randomStream(PAIRS, dim);
  return Array.from({ length: PAIRS }, () => {
    const node = new Float32Array(dim);
    stream.fill(node, 'gaussian');
    return [node, node.map((value) => -value)];
  }).flat();
}

/** Displacements are at most so long in each column. */
const REACH = 3;

/** Nearly the identity within the reach. */
const bounded = (g: Tensor2D): Tensor2D => tf.mul(REACH, tf.tanh(tf.div(g, REACH)));

/**
 * An implicit posterior: z = Φ(u), u = ξ + g(η, h(x)) with ξ and η standard normal, g a network, and g(0, h) = 0. A point is easy to draw, the law of u, an infinite mixture of
 * normal laws, has no density that could be computed (a semi-implicit law; Yin & Zhou 2018). Φ shears u, scales it by s(x) and places it at μ(x): μ + v on flat space,
 * stereographically around μ on the sphere. Correlations of columns are then the shear's, which is exact, and need not be learnt by the energy.
 *
 * Its score is what a score estimator has to learn, and this form makes that a problem of unit size: u is at least as wide as a standard normal in every
 * direction, whatever the width of the posterior, so that its score is smooth and one step ε fits all; and g is bounded, or s would shrink and g grow without an
 * end. Of a network z = f(x, noise) without it the law can
 * become as narrow as ε, and score estimates then run away.
 */
export function implicitPosterior(latent: Manifold, { encoder, displacement }: ImplicitNetworks, where: string): StandardisedPosterior {
  const placement = placementOn(latent, where);
  const dim = latent.dim as number;
  const nodes = antitheticNodes(dim);
  const encoded = (x: Tensor2D) => {
    const [features, location, raw, entries] = encoder.apply(x) as Tensor2D[];
    return { features, location, logScale: tf.add(raw, FIRST_LOG_SCALE) as Tensor2D, sheared: shear(entries, dim) };
  };
  /** g(η, h), 0 where η is: the location is μ's alone. */
  const displaced = (features: Tensor2D, eta: Tensor2D): Tensor2D => {
    const moved = (noise: Tensor2D) => displacement.apply([noise, features]) as Tensor2D;
    return bounded(tf.sub(moved(eta), moved(tf.zerosLike(eta))));
  };
  /** Moments of u over the nodes, of rows like u. */
  const moments = (features: Tensor2D, u: Tensor2D): Moments => {
    const zero = tf.zerosLike(u);
    const draws = nodes.map((node) => displaced(features, tf.add(zero, tf.tensor2d(node, [1, dim])) as Tensor2D));
    const centre: Tensor2D = tf.div(tf.addN(draws), nodes.length);
    const squares = draws.map((draw) => tf.square(tf.sub(draw, centre)) as Tensor2D);
    const width: Tensor2D = tf.sqrt(tf.add(1, tf.div(tf.addN(squares), nodes.length - 1)) as Tensor2D);
    return { centre: detach(centre), width: detach(width) };
  };
  return {
    latent,
    noise: [{ name: 'noise', columns: 2 * dim, distribution: 'gaussian' }],
    networks: { encoder, displacement },
    draw: (x, { noise }) => {
      const { features, location, logScale, sheared } = encoded(x);
      const [xi, eta] = tf.split(noise as Tensor2D, 2, 1) as Tensor2D[];
      const u: Tensor2D = tf.add(xi, displaced(features, eta));
      const { z, logVolume } = placement.place(location, tf.mul(tf.exp(logScale), sheared.apply(u)));
      const total = tf.add(logVolume, tf.sum(logScale, 1)) as Tensor1D;
      return { z, standard: { u, features, moments: () => moments(features, u), logVolume: total } };
    },
    standardise: (z, x) => {
      const { features, location, logScale, sheared } = encoded(x);
      const v = placement.coordinates(location, z);
      const u = sheared.invert(tf.mul(v, tf.exp(tf.neg(logScale))));
      const { logVolume } = placement.place(location, v);
      return { u, features, moments: () => moments(features, u), logVolume: tf.add(logVolume, tf.sum(logScale, 1)) as Tensor1D };
    },
  };
}
