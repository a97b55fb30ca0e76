import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';

/**
 * A training loss of an energy on points x `[batch, m]`. Draws its own noise only where none is passed. All are on the scale of
 * L = E[|grad E|² − 2ΔE], twice Hyvärinen's objective, unless they say otherwise.
 */
export interface Objective {
  (energy: Energy, x: Tensor2D, noise?: Tensor): Scalar;
  readonly name: string;
  readonly manifold: Manifold;
  /** null: deterministic. */
  readonly noise: NoiseSpec | null;
  /** The terms whose mean the loss is, `[batch]`, for weights, variances and standard errors; absent where it is no such mean. */
  readonly terms?: (energy: Energy, x: Tensor2D, noise?: Tensor) => Tensor1D;
  /** Step size of the underlying dynamics; 0: the limit; null for losses that have none, and where it is a tensor. */
  readonly epsilon: number | null;
  /**
   * The same loss at a given step, for data of a given scale; only where ε was left to its default, so that `fit` may tie it to the smoothing, sample by sample
   * (`[batch, 1]`) too, or to the data.
   */
  readonly withEpsilon?: (epsilon: number | Scalar | Tensor2D, scale?: number) => Objective;
  /** Variables that each evaluation changes, made where they are not yet there, for points of some columns: a checkpoint keeps them. Absent: none. */
  readonly state?: (columns: number) => readonly Variable[];
  /** Typical length in the data, where the loss was told. */
  readonly scale?: number;
  /** The same loss at another step, however its own was chosen; absent where there is none. */
  readonly atEpsilon?: (epsilon: number) => Objective;
}
