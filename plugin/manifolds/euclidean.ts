import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Chart } from './chart.ts';
import { checkDimension } from './checkDimension.ts';
import type { Manifold } from './manifold.ts';
import { dot, safeRoot } from './rows.ts';

/** The coordinates of flat space are the points themselves, and G = I. */
const identity: Chart = {
  encode: (y) => ({ x: tf.clone(y), side: tf.onesLike(tf.slice(y, [0, 0], [-1, 1])) }),
  decode: (x) => tf.clone(x),
  raise: (_x, v) => tf.clone(v),
  colour: (_x, z) => tf.clone(z),
  volumeDrift: (x) => tf.zerosLike(x),
  logVolumeElement: (x) => tf.tidy(() => tf.mul(tf.sum(x, 1), 0)),
};

/**
 * Flat space R^d.
 *
 * @param dimension d; left out, any dimension will do
 * @throws RangeError where d is not a positive integer
 */
export function euclidean(dimension: number | null = null): Manifold {
  const dim = dimension === null ? null : checkDimension('euclidean', dimension);
  return {
    name: dim === null ? 'euclidean' : `euclidean:${dim}`,
    dim,
    ambientDim: dim,
    logVolume: null,
    injectivityRadius: null,
    ricci: 0,
    chart: identity,
    project: (x) => tf.clone(x),
    tangent: (_x, v) => tf.clone(v),
    exp: (x, v) => tf.add(x, v),
    log: (x, y) => tf.sub(y, x),
    transport: (_x, _y, v) => tf.clone(v),
    inner: (_x, u, v) => tf.tidy(() => tf.sum(tf.mul(u, v), 1)),
    dist: (x, y) => tf.tidy(() => tf.squeeze(safeRoot(dot(tf.sub(x, y) as Tensor2D, tf.sub(x, y) as Tensor2D)), [1])),
    fromGaussian: (z) => tf.clone(z),
  };
}
