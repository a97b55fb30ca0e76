import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../../plugin/dynamics/dynamics.ts';
import type { Energy } from '../../plugin/energy/energy.ts';
import type { AnnealingBase, GivenEnergy } from './base.ts';

/** Columns that a state `[rows, m + 2]` has after its points: the log-weight just gained, and 1 where the proposal was accepted. */
export const FACTS = 2;

/** Points as a state, `[rows, m + 2]`. */
export const stateOf = (x: Tensor2D): Tensor2D =>
  tf.tidy(() =>
    tf.pad(x, [
      [0, 0],
      [0, FACTS],
    ]),
  );

/**
 * One step along the path U_β = (1 − β)U₀ + βU: with β raised by `rise`, the log-weight −rise (U − U₀) at the points, then a move that keeps
 * exp(−U_β). Neal 2001. Arguments: state, noise, β, rise, dt `[rows, 1]`, and what is given.
 */
export function transition(target: GivenEnergy, base: AnnealingBase, dynamics: Dynamics) {
  return (state: Tensor, noise: Tensor, beta: Tensor, rise: Tensor, dt: Tensor, given: Tensor): Tensor => {
    const m = (state.shape[1] as number) - FACTS;
    const x = tf.slice(state as Tensor2D, [0, 0], [-1, m]);
    const along = given as Tensor2D;
    const path: Energy = (y) => tf.add(tf.mul(tf.sub(1, beta), base.energy(y, along)), tf.mul(beta, target(y, along)));
    const gain = tf.mul(tf.neg(rise), tf.sub(target(x, along), base.energy(x, along)));
    const { next, accepted } = dynamics.step(path, x, dt as Tensor2D, noise);
    return tf.concat([next, tf.stack([gain, accepted as Tensor], 1)], 1);
  };
}
