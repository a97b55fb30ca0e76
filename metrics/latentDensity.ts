import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../plugin/manifolds/manifold.ts';

/** A latent variable model as far as its likelihood goes: `densityOf(model)` gives that of a `LatentModel`. */
export interface LatentDensity {
  readonly latent: Manifold;
  /** −log p(x|z) in nats, `[batch]`. */
  readonly observation: (z: Tensor2D, x: Tensor2D) => Tensor1D;
  /** −log p(z) in nats, normalised, `[batch]`. */
  readonly prior: (z: Tensor2D) => Tensor1D;
  /** Refuses rows that the model cannot have observed, by a RangeError. */
  readonly check?: (x: Tensor2D, where: string) => Promise<void>;
  /** Codes drawn for rows of data, `[batch, m]`: with a number for each batch of draws, so that they differ. */
  readonly encode?: (x: Tensor2D, seed: number) => Tensor2D;
}

/** @throws TypeError where one of them is something else */
export function checkDensity(where: string, density: LatentDensity, x: Tensor2D): void {
  if (typeof density?.observation !== 'function')
    throw new TypeError(`${where}: expected a density, such as densityOf(model) of tfjs-mvl/models; got ${typeof density}.`);
  if (!((x as unknown) instanceof tf.Tensor) || (x.rank as number) !== 2)
    throw new TypeError(`${where}(x): expected a tensor [n, columns], such as tf.tensor2d(rows, [n, columns]); got ${described(x)}.`);
}

const described = (x: unknown): string =>
  x instanceof tf.Tensor ? `shape [${x.shape.join(', ')}]` : Array.isArray(x) ? 'an array' : typeof x;
