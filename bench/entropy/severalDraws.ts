import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Draw, Posterior, Standardised } from '../../models/latent/posterior.ts';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';

/** A draw for each row of data, and more from the same laws. */
export interface ManyDraws extends Draw {
  /** Standardised points `[batch, K, dim]`; the first of each row is the one that z comes from. */
  readonly many: Tensor3D;
}

/**
 * A standardised posterior on flat space that draws K times from the law of each row. Inside, rows have a second axis, `[batch, 1, …]` of
 * the data and `[batch, K, …]` of the noise, which meet where the displacement's first layer adds what it makes of each: the encoder runs
 * once a row, not once a draw.
 *
 * @param posterior whose noise is ξ and η, `dim` columns each, and whose operations allow the axis; a test has `implicitPosterior`
 * @throws Error for latent manifolds that are not flat; RangeError for a number of draws that is no whole number of at least 2
 */
export function severalDraws(posterior: Posterior, draws: number): Posterior {
  const { latent } = posterior;
  if (!isFlat(latent)) throw new Error(`severalDraws: expected codes on flat space, euclidean(n); got ${latent.name}.`);
  if (!Number.isInteger(draws) || draws < 2)
    throw new RangeError(`severalDraws: scores are estimated from at least two draws of each row; got draws = ${draws}.`);
  const dim = latent.dim as number;
  return {
    ...posterior,
    noise: posterior.noise.map((input) => ({ ...input, columns: draws * input.columns })),
    draw: (x, { noise }): ManyDraws => {
      // The posterior parts ξ from η along its axis 1.
      const each = tf.reshape(noise, [-1, 2 * draws, dim]);
      const { z, standard } = posterior.draw(tf.expandDims<Tensor2D>(x, 1), { noise: each });
      const { u, features, moments, logVolume } = standard as Standardised;
      const first = (all: Tensor2D): Tensor2D => tf.squeeze(tf.slice(all, [0, 0, 0], [-1, 1, -1]), [1]);
      return {
        z: first(z),
        many: u as unknown as Tensor3D,
        // Summed over the axis of draws, of which the scales have one, log|∂z/∂u| still has its columns.
        standard: {
          u: first(u),
          features: first(features),
          moments: () => {
            const { centre, width } = moments();
            return { centre: first(centre), width: first(width) };
          },
          logVolume: tf.sum(logVolume, 1) as Tensor1D,
        },
      };
    },
  };
}
