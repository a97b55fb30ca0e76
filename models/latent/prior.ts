import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { isFlat } from '../../plugin/manifolds/isFlat.ts';
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
  if (logVolume !== null)
    // Zeros that a trace can tell the number of.
    return { energy: (z) => tf.tidy(() => tf.add(tf.mul(0, tf.sum(z, 1)), logVolume) as Tensor1D) };
  if (isFlat(latent)) {
    const variance = 1 + sigma ** 2;
    const constant = (ambientDim / 2) * Math.log(2 * Math.PI * variance);
    return { energy: (z) => tf.tidy(() => tf.add(tf.mul(0.5 / variance, tf.sum(tf.square(z), 1)), constant) as Tensor1D) };
  }
  throw new Error(
    `${where}: codes on ${name} have no prior here; use euclidean(n), sphere(n), torus(n) or another manifold of finite volume.`,
  );
}

/** Codes of a manifold of radius 1 are scaled to columns of unit variance before a network sees them: √m on the sphere in R^m, as in Wang et al. 2020. */
export const codeScale = ({ logVolume, ambientDim, name }: Manifold): number =>
  logVolume !== null && /^sphere\b/.test(name) ? Math.sqrt(ambientDim as number) : 1;
