import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Halvings of the interval that the median is sought in: they leave 4 · 2⁻¹⁴ = 2e-4 of the squared mean distance. */
const ROUNDS = 14;

/** How many entries lie below t: whole numbers, which every backend adds exactly up to 2²⁴. */
const count = (squares: Tensor2D, t: Tensor): Scalar => tf.sum(tf.cast(tf.less(squares, t), 'float32'));

/**
 * By bisection and not by sorting: a traced graph with an open number of points cannot say which order statistic of n² is the middle one, but it can
 * count. At least half of all distances lie below twice their mean, where the search begins.
 */
function bisect(squares: Tensor2D): Scalar {
  const ties = count(squares, tf.mul(1e-6, tf.mean(squares)));
  const total = count(squares, tf.add(1, tf.max(squares)));
  const mean = tf.div(tf.sum(tf.sqrt(squares)), tf.maximum(1, tf.sub(total, ties)));
  const top = tf.mul(4, tf.square(mean));
  let t: Tensor = tf.div(top, 2);
  for (let k = 2; k <= ROUNDS; k++) {
    const missing = tf.sub(tf.add(total, ties), tf.mul(2, count(squares, t)));
    t = tf.add(t, tf.mul(tf.mul(top, 2 ** -k), tf.sign(missing)));
  }
  return t as Scalar;
}

/**
 * The median of squared distances `[n, m]`, in the units of the squares, to about 2e-4 of their scale; where it lies between two of them, any number
 * between. Pairs at distance 0, such as each point with itself, do not count; 0 where there are no others. Held fixed under differentiation.
 */
export function medianSquare(squares: Tensor2D): Scalar {
  const held = tf.customGrad((s) => ({
    value: bisect(tf.relu(s as Tensor2D)),
    gradFunc: () => tf.zerosLike(s as Tensor2D),
  }));
  return held(squares) as Scalar;
}
