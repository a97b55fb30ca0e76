import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Objective } from '../../plugin/losses/objective.ts';
import { sampledObjective } from '../../plugin/losses/sampledObjective.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';

/**
 * Adversarial variational Bayes, Mescheder, Nowozin & Geiger 2017, §3: a critic T(u, h) tells draws of q(u|h) from standard normal ones v,
 * by the logistic loss
 *
 *     softplus(−T(u, h)) + softplus(T(v, h)),    least at T = log q(u|h) − log N(u).
 *
 * With T = ½|u|² − E(u|h) the critic is an energy, the same network as for the other losses, and `standardKl` with it is
 * mean(T + log N(u) − log|∂z/∂u| − log p(z)) up to a constant. Unlike an energy of which only the score counts, T has to have its constant
 * right for each h. As u is standardised the two laws are nearly equal, which is what §4 there is for.
 */
export const adversarial = (): Objective =>
  sampledObjective({ name: 'adversarial', manifold: euclidean(), noise: gaussian(), epsilon: null }, 0, (energy, x, v) => {
    const critic = (u: Tensor2D): Tensor1D => tf.sub(tf.mul(0.5, tf.sum(tf.square(u), 1)), energy(u));
    return tf.add(tf.softplus(tf.neg(critic(x))), tf.softplus(critic(v as Tensor2D)));
  });
