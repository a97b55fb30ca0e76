import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import { heldFixed } from './heldFixed.ts';

/**
 * mean E(z) with E held fixed: its gradient is that of the entropy of the law q of z, where E is −log q up to a constant. For z = f_φ(noise)
 *
 *     d/dφ h(q) = −E[⟨∂z/∂φ, ∇log q(z)⟩] = E[⟨∂z/∂φ, ∇E(z)⟩],
 *
 * since log q itself changes with φ by E[∂ log q/∂φ] = 0. So a score estimate is enough, and q needs no density that can be computed (Li & Turner 2018; Wang
 * et al. 2020). Add it where entropy is to grow: a loss is `mean(U(z)) − entropySurrogate(E, z)` for KL(q‖exp(−U)/Z).
 *
 * Its value is the cross-entropy of q and exp(−E), up to log Z of E: no measure of the entropy until E is normalised.
 *
 * @param energy learnt on points of the same law, for example by `mvlLd` on z detached; it may know more about each row, as the energy of q(z|x) does
 * @param z points `[batch, m]`, in flat space or on a manifold, as a function of what is trained
 */
export const entropySurrogate = (energy: Energy, z: Tensor2D): Scalar => tf.tidy(() => tf.mean(heldFixed(energy)(z)) as Scalar);
