import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';
import { isSphere } from '../../plugin/manifolds/isSphere.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { dot } from '../../plugin/manifolds/rows.ts';
import { noPosteriorOn } from '../latent/noPosteriorOn.ts';

/** One-to-one maps of flat space R^dim onto a latent manifold, but for a set without volume, that send 0 to a location. */
export interface Placement {
  /** Where location and coordinates `[batch, dim]` are on the manifold, `[batch, m]`, and log |∂z/∂v| in nats, `[batch]`. The location is any ambient row. */
  place(location: Tensor2D, v: Tensor2D): { readonly z: Tensor2D; readonly logVolume: Tensor1D };
  /** The coordinates v of points. */
  coordinates(location: Tensor2D, z: Tensor2D): Tensor2D;
}

const flat: Placement = {
  place: (location, v) => tf.tidy(() => ({ z: tf.add(location, v), logVolume: tf.mul(0, tf.sum(v, 1)) as Tensor1D })),
  coordinates: (location, z) => tf.sub(z, location),
};

/**
 * The reflection that takes the first axis to −μ, applied to rows w: its other axes are then an orthonormal frame of the tangent space at μ. There is no frame
 * that turns continuously over the whole sphere; this one jumps at μ = −e₀ only.
 */
function reflected(mu: Tensor2D, w: Tensor2D): Tensor2D {
  const first = tf.oneHot(tf.zeros([1], 'int32'), mu.shape[1]).cast('float32') as Tensor2D;
  const normal: Tensor2D = tf.add(mu, first);
  return tf.sub(w, tf.mul(tf.div(tf.mul(2, dot(normal, w)), tf.add(dot(normal, normal), 1e-7)), normal));
}

/** Stereographic projection from −μ, an isometry at μ: z = ((1 − q)μ + Hv)/(1 + q), q = |v|²/4; dvol = (1 + q)^(−n) dv. */
function stereographicPlacement(latent: Manifold): Placement {
  const n = latent.dim as number;
  return {
    place: (location, v) =>
      tf.tidy(() => {
        const mu = latent.project(location);
        const q = tf.mul(0.25, dot(v, v)) as Tensor2D;
        const tangent = reflected(
          mu,
          tf.pad(v, [
            [0, 0],
            [1, 0],
          ]),
        );
        const z: Tensor2D = tf.div(tf.add(tf.mul(tf.sub(1, q), mu), tangent), tf.add(1, q));
        return { z: latent.project(z), logVolume: tf.mul(-n, tf.squeeze(tf.log1p(q), [1])) as Tensor1D };
      }),
    coordinates: (location, z) =>
      tf.tidy(() => {
        const mu = latent.project(location);
        const tangent = tf.slice(reflected(mu, z), [0, 1], [-1, n]);
        return tf.div(tf.mul(2, tangent), tf.add(1 + 1e-7, dot(mu, z)));
      }),
  };
}

/**
 * @param where names the caller in errors
 * @throws Error for manifolds that have none here
 */
export function placementOn(latent: Manifold, where: string): Placement {
  if (isFlat(latent)) return flat;
  if (isSphere(latent)) return stereographicPlacement(latent);
  throw noPosteriorOn(latent, where);
}
