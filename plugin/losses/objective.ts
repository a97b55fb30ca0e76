import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';

/** A training loss of an energy on points x `[batch, m]`. Draws its own noise only where none is passed. */
export interface Objective {
  (energy: Energy, x: Tensor2D, noise?: Tensor): Scalar;
  readonly name: string;
  readonly manifold: Manifold;
  /** null: deterministic. */
  readonly noise: NoiseSpec | null;
  /** Step size of the underlying dynamics; null for losses that have none, and where it is a tensor. */
  readonly epsilon: number | null;
  /** The same loss at a given step; only where ε was left to its default, so that `fit` may tie it to the smoothing. */
  readonly withEpsilon?: (epsilon: number | Scalar) => Objective;
}
