import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { splitExtraColumn, withExtraColumn } from '../noise/extraColumn.ts';
import { type Bandwidth, checkBandwidth } from '../stein/bandwidth.ts';
import { ambientSquares, geodesicSquares, logKernelDensity } from '../stein/logKernelDensity.ts';
import type { Dynamics } from './dynamics.ts';
import { langevin } from './langevin.ts';
import { perRow } from './perRow.ts';
import { riemannianLangevin } from './riemannianLangevin.ts';

export interface BirthDeathOptions {
  /** h of the kernel density estimate p̂(x) ∝ mean_y exp(−dist(x, y)²/2h²), well below the width of a mode. */
  readonly bandwidth: Bandwidth;
  /** Default: flat space of any dimension. */
  readonly manifold?: Manifold;
  /**
   * Distance in p̂: `ambient` (default), |x − y|, which on a sphere makes von Mises–Fisher bumps; or `geodesic`, by `manifold.dist` on n² rows, which can
   * only be exported with a fixed number of points.
   */
  readonly distance?: 'ambient' | 'geodesic';
}

/** Φ(z) of a standard normal number, uniform on (0, 1). */
const uniformOf = (z: Tensor): Scalar => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, tf.reshape(z, [])))));

/**
 * Langevin dynamics with birth and death (Lu, Lu & Nolen 2019): a Langevin step, and weights w ∝ exp(−dt(β − mean β)), β = log p̂ + U at x, that move
 * mass from where there is too much of it to where there is too little, across any barrier. Weights replace the paper's random jumps: a loss uses them
 * as they are, and a chain resamples by them. Noise `[batch, m + 1]`: Langevin's, and a column whose first number starts the resampling.
 *
 * @throws RangeError for a bandwidth that is neither a positive number nor `median`; Error for an unknown distance
 */
export function birthDeath({ bandwidth, manifold, distance = 'ambient' }: BirthDeathOptions): Dynamics {
  checkBandwidth(bandwidth, 'birthDeath');
  if (distance !== 'ambient' && distance !== 'geodesic')
    throw new Error(`birthDeath: unknown distance "${distance}"; expected "ambient" or "geodesic".`);
  const base = manifold === undefined ? langevin() : riemannianLangevin(manifold);
  const squares = (x: Tensor2D) => (distance === 'ambient' ? ambientSquares(x) : geodesicSquares(base.manifold, x));

  const logWeights = (energy: Energy, x: Tensor2D, dt: number | Scalar | Tensor2D): Tensor1D => {
    const beta = tf.add(logKernelDensity(squares(x), bandwidth), energy(x));
    return tf.mul(perRow(dt), tf.sub(tf.mean(beta), beta));
  };
  return {
    name: 'birthDeath',
    manifold: base.manifold,
    noise: withExtraColumn(base.manifold.ambientDim),
    interacting: true,
    step: (energy, x, dt, noise) =>
      tf.tidy(() => {
        const { ambient, extra } = splitExtraColumn(noise as Tensor2D);
        const moved = base.step(energy, x, dt, ambient);
        const uniform = uniformOf(tf.slice(extra, [0, 0], [1, 1]));
        return { next: moved.next, martingale: moved.martingale as Tensor1D, weights: { log: logWeights(energy, x, dt), uniform } };
      }),
  };
}
