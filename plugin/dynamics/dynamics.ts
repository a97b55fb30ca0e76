import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';

/** How much of the mass each point carries after a step, for dynamics that move mass as well as points. */
export interface Weights {
  /** Log-weights up to a constant, `[batch]`: functions of the points before the step, not of its noise. */
  readonly log: Tensor1D;
  /** In (0, 1), made of the step's noise: where systematic resampling begins. */
  readonly uniform: Scalar;
}

export interface Step {
  readonly next: Tensor2D;
  /** The part of energy(next) − energy(x) that has mean zero and order √dt, `[batch]`; null where there is none. */
  readonly martingale: Tensor1D | null;
  /** Absent: all points weigh the same. A loss takes weighted means; a chain resamples. */
  readonly weights?: Weights;
  /** 1 where the proposal was accepted, 0 where `next` is x again, `[batch]`; absent where every move is made. */
  readonly accepted?: Tensor1D;
}

/** One step rule with three uses: looped it samples, stepped once from the data it is a loss, traced it is an exported graph. */
export interface Dynamics {
  readonly name: string;
  readonly manifold: Manifold;
  /** null: deterministic. */
  readonly noise: NoiseSpec | null;
  /** Set where energy(next) − energy(x) over dt tends to nothing that a loss could be: the velocity losses refuse it. */
  readonly samplerOnly?: true;
  /** Set where a point's step depends on the others: a loss is then no mean of independent terms. */
  readonly interacting?: true;
  /** One step of size dt of the sampler of exp(−energy), from points x `[batch, m]`; dt may differ from row to row, `[batch, 1]`. */
  step(energy: Energy, x: Tensor2D, dt: number | Scalar | Tensor2D, noise: Tensor | null): Step;
  /**
   * What (energy(next) − energy(x) − martingale)/dt tends to for each sample as dt → 0, `[batch]`: in the mean, the generator of the dynamics applied to
   * its own energy. Absent where there is no such limit in closed form.
   */
  generator?(energy: Energy, x: Tensor2D, noise: Tensor): Tensor1D;
}
