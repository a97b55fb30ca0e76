import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Chart } from './chart.ts';
import { dot } from './rows.ts';

/** 1 + |x|², `[batch, 1]`. */
const onePlusSquare = (x: Tensor2D): Tensor2D => tf.add(1, dot(x, x));

/**
 * The sphere S^n seen from its south pole, x = y₁..ₙ / (1 + yₙ₊₁), with metric g = 4 / (1 + |x|²)² I (Wang et al. 2020).
 * Points of the southern half are seen through the chart of −y (side −1), so that |x| ≤ 1 wherever a step starts.
 */
export function stereographic(n: number): Chart {
  return {
    encode: (y) =>
      tf.tidy(() => {
        const height = tf.slice(y, [0, n], [-1, 1]);
        // +1 on the equator too: 1 − 2·[height < 0].
        const side: Tensor2D = tf.sub(1, tf.mul(2, tf.step(tf.neg(height))));
        const x: Tensor2D = tf.div(tf.mul(side, tf.slice(y, [0, 0], [-1, n])), tf.add(1, tf.mul(side, height)));
        return { x, side };
      }),
    decode: (x, side) =>
      tf.tidy(() => {
        const square = dot(x, x);
        const up = tf.concat([tf.mul(2, x), tf.sub(1, square)] as Tensor2D[], 1);
        return tf.mul(side, tf.div(up, tf.add(1, square)));
      }),
    raise: (x, v) => tf.tidy(() => tf.mul(tf.div(tf.square(onePlusSquare(x)), 4), v)),
    colour: (x, z) => tf.tidy(() => tf.mul(tf.div(onePlusSquare(x), 2), z)),
    // ½ gⁱʲ ∂ⱼ log|G| = −(n/2)(1 + |x|²) xᵢ and ∂ₖ gⁱᵏ = (1 + |x|²) xᵢ. The paper's poster prints −½ for the first; see docs/dynamics.md.
    volumeDrift: (x) => tf.tidy(() => tf.mul(tf.mul(1 - n / 2, onePlusSquare(x)), x)),
    logVolumeElement: (x) => tf.tidy(() => tf.mul(n, tf.sub(Math.LN2, tf.log(tf.squeeze(onePlusSquare(x), [1]))))),
  };
}
