import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Dynamics } from './dynamics.ts';
import { resample } from './resample.ts';

/** Where a chain is after one step, `[batch, m]`: the dynamics' next points, resampled where it weighs them. Chains and exported steps both run this. */
export function advance(dynamics: Dynamics, energy: Energy, x: Tensor2D, dt: number | Scalar, noise: Tensor | null): Tensor2D {
  return tf.tidy(() => {
    const { next, weights } = dynamics.step(energy, x, dt, noise);
    return weights === undefined ? next : resample(next, weights);
  });
}
