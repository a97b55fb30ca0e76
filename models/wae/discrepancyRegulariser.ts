import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { squaredDistances } from '../../plugin/stein/squaredDistances.ts';
import { codeScale } from '../latent/prior.ts';
import type { Regulariser } from '../latent/regulariser.ts';

/** Multiples of 2m, the mean squared distance of two points of the prior of unit variance in each of m columns. */
const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Σₛ C/(C + |x − y|²), C = 2ms: inverse multiquadrics of several widths, `[n, k]`. */
function kernel(x: Tensor2D, y: Tensor2D): Tensor2D {
  const square = squaredDistances(x, y);
  const terms = SCALES.map((scale) => {
    const c = 2 * scale * x.shape[1];
    return tf.div(c, tf.add(c, square)) as Tensor2D;
  });
  return tf.addN(terms);
}

/** The number of rows, as a value of the trace: n² as a constant cannot follow a batch of open size. */
const countOf = (x: Tensor2D): Scalar => tf.sum(tf.add(tf.mul(0, tf.slice(x, [0, 0], [-1, 1])), 1));

/** The maximum mean discrepancy² of points of equal number, without bias; `[n, m]` each (Gretton et al. 2012, eq. 3). */
export function squaredDiscrepancy(x: Tensor2D, y: Tensor2D): Scalar {
  return tf.tidy(() => {
    const n = countOf(x);
    // Pairs of different rows: the diagonal has k(x, x) = number of scales.
    const within = (values: Tensor2D): Scalar => tf.div(tf.sub(tf.sum(values), tf.mul(SCALES.length, n)), tf.mul(n, tf.sub(n, 1)));
    const across = tf.div(tf.sum(kernel(x, y)), tf.square(n));
    return tf.sub(tf.add(within(kernel(x, x)), within(kernel(y, y))), tf.mul(2, across));
  });
}

/** The maximum mean discrepancy between a batch's codes and as many of the prior, by inverse multiquadrics. WAE-MMD, Tolstikhin et al. 2018, algorithm 2. */
export function discrepancyRegulariser(latent: Manifold): Regulariser {
  const scale = codeScale(latent);
  return {
    name: 'mmd',
    settings: {},
    networks: {},
    noise: [{ name: 'prior', columns: latent.ambientDim as number, distribution: 'gaussian' }],
    terms: ({ z }, { prior }) => {
      const drawn = latent.fromGaussian(prior as Tensor2D);
      return { penalty: squaredDiscrepancy(tf.mul(scale, z), tf.mul(scale, drawn)), own: null };
    },
  };
}
