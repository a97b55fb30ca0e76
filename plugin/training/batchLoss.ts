import type { NamedTensorMap, Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ConditionalEnergy, Energy } from '../energy/energy.ts';
import { atLevel } from '../energy/noiseLevels.ts';
import type { Objective } from '../losses/objective.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { smooth } from '../manifolds/smooth.ts';
import { epsilonFor, widestFollowed } from './schedule.ts';

/** What the loss of a batch is made of. */
export interface BatchLoss {
  readonly manifold: Manifold;
  readonly energy: Energy;
  /** The energy at every noise level, where each sample has its own; null: there are none. */
  readonly conditional: ConditionalEnergy | null;
  /** Steps of the random walk that blurs the batch by the heat kernel; null: it is not blurred. */
  readonly blur: number | null;
  /** The loss; given the step ε of its dynamics where that follows σ. */
  readonly objective: (epsilon: Scalar | Tensor2D | null) => Objective;
  /** Whether ε follows σ. */
  readonly adaptive: boolean;
}

/**
 * The loss of a batch, blurred. At noise levels the mean of σ² times each sample's own: every level then counts about as much, since scores are of the
 * size 1/σ.
 *
 * @param inputs `x` `[batch, m]`; `blur`, `sigma`, `epsilon` and `noise` where they are used
 */
export function batchLoss({ manifold, energy, conditional, blur: steps, objective, adaptive }: BatchLoss, inputs: NamedTensorMap): Scalar {
  const { x, blur, noise, sigma, epsilon } = inputs;
  const y = steps === null ? (x as Tensor2D) : smooth(manifold, x as Tensor2D, sigma as Scalar | Tensor2D, blur as Tensor2D);
  if (conditional === null) return objective((epsilon as Scalar | undefined) ?? null)(energy, y, noise);
  const variance: Tensor2D = tf.square(sigma as Tensor2D);
  const widest = widestFollowed(manifold);
  const followed = Number.isFinite(widest) ? tf.minimum(variance, widest ** 2) : variance;
  const { terms } = objective(adaptive ? (tf.mul(epsilonFor(1, manifold), followed) as Tensor2D) : null);
  const each = (terms as NonNullable<Objective['terms']>)(atLevel(conditional, sigma as Tensor2D), y, noise);
  return tf.mean(tf.mul(tf.squeeze(variance, [1]), each));
}
