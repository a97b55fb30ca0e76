import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

/** Constants of SELU (Klambauer et al. 2017), as in tfjs. */
const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;

type Slope = (x: Tensor, attributes: { alpha: number }) => Tensor;

/**
 * f′(x) of kernels y = f(x). At kinks as in tfjs: elu′(0) = 1, selu′(0) = scale · α, leakyRelu′(0) = alpha.
 * The slopes of elu and selu hold 1 + elu(x) where x ≤ 0 only, so that neither exp(x) of a large x nor 1 + x − x enters.
 */
const SLOPES: Readonly<Record<string, Slope>> = {
  Elu: (x) => tf.add(1, tf.minimum(tf.elu(x), 0)),
  Exp: (x) => tf.exp(x),
  LeakyRelu: (x, { alpha }) => tf.step(x, alpha),
  Selu: (x) => tf.add(tf.minimum(tf.selu(x), 0), tf.mul(SCALE, tf.step(x, ALPHA))),
  Sigmoid: (x) => {
    const y = tf.sigmoid(x);
    return tf.mul(y, tf.sub(1, y));
  },
  Tanh: (x) => tf.sub(1, tf.square(tf.tanh(x))),
};

export const elementwise: readonly GradConfig[] = Object.entries(SLOPES).map(([kernel, slope]) =>
  gradient<{ alpha: number }>(kernel, ['x'], (dy, [x], attributes) => ({ x: () => tf.mul(dy, slope(x, attributes)) })),
);
