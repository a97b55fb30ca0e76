import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';

/** An energy of rows, each with a row of what it is given: `[rows, m]`, `[rows, …]` → `[rows]`. */
export type GivenEnergy = (x: Tensor2D, given: Tensor2D) => Tensor1D;

/** Where annealing starts: a density exp(−energy)/Z whose Z is known and that can be drawn from exactly. */
export interface AnnealingBase {
  readonly energy: GivenEnergy;
  /** log Z in nats; one for each row of `given`, where it depends on that. */
  readonly logZ: number | ArrayLike<number>;
  /** Turns ambient standard normal noise into independent draws, `[rows, m]` → `[rows, m]`. */
  sample(noise: Tensor2D, given: Tensor2D): Tensor2D;
}

/** A base that is the same for all rows. */
export interface PlainBase extends AnnealingBase {
  readonly energy: (x: Tensor2D) => Tensor1D;
  readonly logZ: number;
}

/**
 * The uniform law of a manifold of finite volume, the standard normal of flat space.
 *
 * @throws Error for other manifolds, which have no uniform law
 */
export function defaultBase(manifold: Manifold, where: string): PlainBase {
  const { name, ambientDim, logVolume } = manifold;
  const sample = (noise: Tensor2D): Tensor2D => manifold.fromGaussian(noise);
  // Zeros that a trace can tell the number of.
  if (logVolume !== null) return { energy: (x) => tf.mul(0, tf.sum(x, 1)), logZ: logVolume, sample };
  if (/^euclidean\b/.test(name))
    return { energy: (x) => tf.mul(0.5, tf.sum(tf.square(x), 1)), logZ: ((ambientDim as number) / 2) * Math.log(2 * Math.PI), sample };
  throw new Error(`${where}: ${name} has an infinite volume and no standard law here; give a base { energy, logZ, sample }.`);
}
