import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { medianSquare } from './medianSquare.ts';

/**
 * Width h of a bump around each point, in the units of the points; `median`: h² = ½ median |x − y|² over the pairs at hand, so that exp(−|x − y|²/2h²)
 * is 1/e at the median distance.
 *
 * Of the median heuristics in use (Garreau, Jitkrittum & Kanagawa 2017) this is the one without the number of points in it. h² = median/(2 log n) of Liu &
 * Wang 2016 makes the pushes on a particle sum to the pull of its own gradient, but as a loss it would change with the size of the batch.
 */
export type Bandwidth = number | 'median';

/** @throws RangeError where it is neither a positive number nor `median` */
export function checkBandwidth(bandwidth: Bandwidth, where: string): Bandwidth {
  if (bandwidth === 'median' || (typeof bandwidth === 'number' && bandwidth > 0 && Number.isFinite(bandwidth))) return bandwidth;
  throw new RangeError(
    `${where}: bandwidth must be a positive number, in the units of the points, or 'median'; got ${JSON.stringify(bandwidth)}.`,
  );
}

/** h². Where all points coincide the median heuristic says 0 and any width will do: 1. */
export function squaredBandwidth(bandwidth: Bandwidth, squares: Tensor2D): number | Scalar {
  if (bandwidth !== 'median') return bandwidth ** 2;
  return tf.tidy(() => {
    const square = tf.div(medianSquare(squares), 2);
    return tf.add(square, tf.sub(1, tf.step(square))) as Scalar;
  });
}
