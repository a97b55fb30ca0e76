import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defaultBase } from '../../metrics/annealing/base.ts';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';
import { isSphere } from '../../plugin/manifolds/isSphere.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';

/** The law of codes before data: standard normal on flat space, uniform on a manifold of finite volume. `manifold.fromGaussian` draws from it. */
export interface Prior {
  /** −log p(z) in nats, `[batch]`, normalised. */
  energy(z: Tensor2D): Tensor1D;
}

/**
 * @param where names the caller in errors
 * @param sigma blurs the law by the manifold's heat kernel of this width: a uniform one stays what it is
 * @throws Error for manifolds that have neither law, or leave their dimension open
 */
export function priorOn(latent: Manifold, where: string, sigma = 0): Prior {
  const { name, logVolume, ambientDim, dim } = latent;
  if (ambientDim === null || dim === null)
    throw new Error(`${where}: ${name} does not say how many columns its points have. Give the dimension, for example euclidean(8).`);
  if (logVolume === null && !isFlat(latent))
    throw new Error(
      `${where}: codes on ${name} have no prior here; use euclidean(n), sphere(n), torus(n) or another manifold of finite volume.`,
    );
  const { energy, logZ } = defaultBase(latent, where);
  // Standard normal codes blurred by σ are √(1 + σ²) times as wide.
  const scale = logVolume === null ? Math.sqrt(1 + sigma ** 2) : 1;
  const constant = logZ + ambientDim * Math.log(scale);
  return { energy: (z) => tf.tidy(() => tf.add(energy(scale === 1 ? z : tf.div(z, scale)), constant)) };
}

/** Codes of a manifold of radius 1 are scaled to columns of unit variance before a network sees them: √m on the sphere in R^m, as in Wang et al. 2020. */
export const codeScale = (latent: Manifold): number => (isSphere(latent) ? Math.sqrt(latent.ambientDim as number) : 1);
