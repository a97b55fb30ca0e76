import type { Tensor2D } from '@tensorflow/tfjs';
import { dataScale } from '../losses/dataScale.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/**
 * The scale of training points, to three digits, so that backends agree on it in the fingerprints of checkpoints.
 *
 * @returns null where there is none: all points the same, or a manifold without distances
 */
export function measuredScale(x: Tensor2D, manifold: Manifold): number | null {
  try {
    return Number(dataScale(x, manifold).toPrecision(3));
  } catch {
    return null;
  }
}
