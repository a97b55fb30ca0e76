import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { isSphere } from '../../plugin/manifolds/isSphere.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { dot } from '../../plugin/manifolds/rows.ts';

/** Codes by points of the flat space of their columns, where there are laws whose columns are not equally wide. */
export interface FlatCodes {
  /** The code of a point, `[rows, m]` both. */
  codeOf(y: Tensor2D): Tensor2D;
  /** A point of those that have the code, by standard normal noise `[rows, m]` and widths `[rows, 1]`. */
  pointOf(z: Tensor2D, noise: Tensor2D, width: Tensor2D): Tensor2D;
  /** What the points' energy is above that of their codes, in nats, `[rows]`: ∫ exp(−energy(codeOf(y)) − excess(y)) dy = ∫ exp(−energy) dvol. */
  excess(y: Tensor2D, width: Tensor2D): Tensor1D;
}

// Zeros that a trace can tell the number of.
const FLAT: FlatCodes = { codeOf: (y) => y, pointOf: (z) => tf.clone(z), excess: (y) => tf.mul(0, tf.sum(y, 1)) };

/** y = r z with log r ~ N(0, width²) of its own: for the density g of r, y has the excess −log g(r) r^(1−m), whose exp(−excess) dy is g(r) dr dvol. */
const onSphere = (sphere: Manifold): FlatCodes => ({
  codeOf: (y) => sphere.project(y),
  pointOf: (z, noise, width) => tf.mul(z, tf.exp(tf.mul(width, tf.slice(noise, [0, 0], [-1, 1])))),
  excess: (y, width) => {
    const logRadius = tf.mul(0.5, tf.log(dot(y, y)));
    const logDensity = tf.add(tf.mul(0.5, tf.square(tf.div(logRadius, width))), tf.log(tf.mul(Math.sqrt(2 * Math.PI), width)));
    return tf.squeeze(tf.add(tf.mul(sphere.ambientDim as number, logRadius), logDensity), [1]) as Tensor1D;
  },
});

/** @param latent flat space or a sphere */
export const flatCodes = (latent: Manifold): FlatCodes => (isSphere(latent) ? onSphere(latent) : FLAT);
