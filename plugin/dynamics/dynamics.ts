import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';

export interface Step {
  readonly next: Tensor2D;
  /** The part of energy(next) − energy(x) that has mean zero and order √dt, `[batch]`; null for deterministic dynamics, and for random ones that are no loss. */
  readonly martingale: Tensor1D | null;
  /** 1 where the proposal was accepted, 0 where `next` is x again, `[batch]`; absent where every move is made. */
  readonly accepted?: Tensor1D;
}

/** One step rule with three uses: looped it samples, stepped once from the data it is a loss, traced it is an exported graph. */
export interface Dynamics {
  readonly name: string;
  readonly manifold: Manifold;
  /** null: deterministic. */
  readonly noise: NoiseSpec | null;
  /** One step of size dt of the sampler of exp(−energy), from points x `[batch, m]`; dt may differ from row to row, `[batch, 1]`. */
  step(energy: Energy, x: Tensor2D, dt: number | Scalar | Tensor2D, noise: Tensor | null): Step;
}
