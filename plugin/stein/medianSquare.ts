import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Halvings of the interval that the median is sought in: they leave 4 · 2⁻¹² = 1e-3 of the squared mean distance. */
const ROUNDS = 12;

/** 1 where a square lies below t. */
const below = (squares: Tensor2D, t: Tensor): Tensor2D => tf.cast(tf.less(squares, t), 'float32') as Tensor2D;

/** How many entries lie below t: whole numbers, which every backend adds exactly up to 2²⁴. */
const count = (squares: Tensor2D, t: Tensor): Scalar => tf.sum(below(squares, t));

/**
 * By bisection and not by sorting: a traced graph with an open number of points cannot say which order statistic of n² is the middle one, but it can
 * count. At least half of all distances lie below twice their mean, where the search begins; it ends between two neighbours among the squares, or nearly.
 */
function bisect(squares: Tensor2D): Scalar {
  const limit = tf.add(1, tf.max(squares));
  const ties = count(squares, tf.mul(1e-6, tf.mean(squares)));
  const total = count(squares, limit);
  const mean = tf.div(tf.sum(tf.sqrt(squares)), tf.maximum(1, tf.sub(total, ties)));
  const top = tf.mul(4, tf.square(mean));
  /** 1 where the median lies above t, −1 where it lies below, 0 where t parts the squares in equal halves. */
  const side = (t: Tensor): Tensor => tf.sign(tf.sub(tf.add(total, ties), tf.mul(2, count(squares, t))));
  let t: Tensor = tf.div(top, 2);
  for (let k = 2; k <= ROUNDS; k++) t = tf.add(t, tf.mul(tf.mul(top, 2 ** -k), side(t)));
  const mask = below(squares, t);
  const low = tf.max(tf.mul(mask, squares));
  const high = tf.min(tf.add(tf.mul(mask, limit), squares));
  return tf.add(low, tf.mul(tf.div(tf.add(1, side(t)), 2), tf.sub(high, low))) as Scalar;
}

/**
 * The median of squared distances `[n, m]`, in the units of the squares, to about 1e-3 of their scale, and exact where squares lie further apart than
 * that. Pairs at distance 0, such as each point with itself, do not count; 0 where there are no others. Held fixed under differentiation.
 */
export function medianSquare(squares: Tensor2D): Scalar {
  const held = tf.customGrad((s) => ({
    value: bisect(tf.relu(s as Tensor2D)),
    gradFunc: () => tf.zerosLike(s as Tensor2D),
  }));
  return held(squares) as Scalar;
}
