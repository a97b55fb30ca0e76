import type { Tensor1D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** n wᵢ − 1 of weights w ∝ exp(log), `[n]`: by expm1, since after a small step all weights are nearly equal and 1 would drown the difference. */
function excess(log: Tensor1D): Tensor1D {
  const e = tf.expm1(log);
  const mean = tf.mean(e);
  return tf.div(tf.sub(e, mean), tf.add(1, mean));
}

/**
 * Terms whose mean is Σ wᵢ(uᵢ + rᵢ) − mean u, the rise of a mean while the points move by r and their weights from equal ones to w:
 *
 *     rᵢ + (n wᵢ − 1)(aᵢ − mean a),    a = u + r.
 *
 * The mean of a is taken off since Σ(n wᵢ − 1) = 0: an energy's constant neither adds variance nor costs digits.
 *
 * @param before u, `[n]`
 * @param rise r, `[n]`
 * @param log log-weights up to a constant, `[n]`
 */
export function weighted(before: Tensor1D, rise: Tensor1D, log: Tensor1D): Tensor1D {
  return tf.tidy(() => {
    const after = tf.add(before, rise);
    return tf.add(rise, tf.mul(excess(log), tf.sub(after, tf.mean(after))));
  });
}
