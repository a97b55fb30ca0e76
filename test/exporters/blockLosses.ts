import type { NamedTensorMap, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { mvlLd, mvlRld, sphere } from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';

export const gaussians = (shape: readonly number[], seed: number): Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(seed).fill(values, 'gaussian');
  return tf.tensor(values, [...shape]);
};

export type Weights = Readonly<Record<'w' | 'b' | 'v', Variable>>;

/** w `[3, 4]`, b `[4]`, v `[4, 1]` */
export const weights = (): Weights => ({
  w: tf.variable(gaussians([3, 4], 1)),
  b: tf.variable(gaussians([4], 2)),
  v: tf.variable(gaussians([4, 1], 3)),
});

const matrix = (x: Tensor): Tensor2D => x as Tensor2D;
const hidden = ({ w, b }: Weights, x: Tensor): Tensor2D => matrix(tf.tanh(tf.add(tf.matMul(matrix(x), matrix(w)), b)));
const energy =
  (all: Weights) =>
  (x: Tensor2D): Tensor1D =>
    tf.squeeze(tf.matMul(hidden(all, x), matrix(all.v)), [1]);
const image = (x: Tensor): Tensor4D => tf.reshape(tf.tile(x, [1, 12]), [x.shape[0], 6, 6, 1]);

export type Loss = (all: Weights, batch: NamedTensorMap) => Tensor;

/** Means over rows, and what may be added to them. `x` is `[n, 3]` on the sphere, `z` noise `[n, 3]`. */
export const MEANS: Readonly<Record<string, Loss>> = {
  'MVL-LD': (all, { x, z }) => mvlLd({ epsilon: 0.1 })(energy(all), x as Tensor2D, z),
  'MVL-RLD on a sphere': (all, { x, z }) => mvlRld({ manifold: sphere(2), epsilon: 0.1 })(energy(all), x as Tensor2D, z),
  'a weight penalty beside the mean': (all, { x }) => tf.add(tf.mean(hidden(all, x)), tf.mul(0.1, tf.sum(tf.square(all.w)))),
  'cross-entropy': (all, { x, z }) =>
    tf.neg(tf.mean(tf.sum(tf.mul(tf.slice(tf.concat([z, tf.square(z)], 1), [0, 0], [-1, 4]), tf.logSoftmax(hidden(all, x))), 1))),
  'rows brought to mean 0 and variance 1': (all, { x }) => {
    const h = hidden(all, x);
    const centred = tf.sub(h, tf.mean(h, 1, true));
    return tf.mean(tf.matMul(tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), 0.1))) as Tensor2D, matrix(all.v)));
  },
  'the largest of each row, where another is positive': (all, { x, z }) => {
    const h = hidden(all, x);
    return tf.mean(
      tf.where(tf.greater(tf.slice(z, [0, 0], [-1, 1]), 0), tf.max(h, 1, true), tf.relu(tf.elu(tf.slice(h, [0, 1], [-1, 1])))),
    );
  },
  'convolution and the largest of a window': ({ w, b, v }, { x }) => {
    const filter = tf.reshape(tf.slice(tf.concat([tf.reshape(w, [-1]), b, tf.reshape(v, [-1])], 0), 0, 18), [3, 3, 1, 2]) as Tensor4D;
    return tf.mean(tf.square(tf.maxPool(tf.conv2d(image(x), filter, 1, 'same'), 2, 2, 'valid')));
  },
  'a depthwise convolution and means of windows': ({ w, b, v }, { x }) => {
    const filter = tf.reshape(tf.slice(tf.concat([tf.reshape(w, [-1]), b, tf.reshape(v, [-1])], 0), 0, 18), [3, 3, 1, 2]) as Tensor4D;
    return tf.mean(tf.square(tf.avgPool(tf.depthwiseConv2d(image(x), filter, 1, 'valid'), 2, 1, 'valid')));
  },
  'attention within a row': (all, { x }) => {
    const tokens = tf.reshape(hidden(all, x), [-1, 2, 2]);
    const scores = tf.softmax(tf.matMul(tokens, tokens, false, true));
    return tf.mean(tf.square(tf.matMul(scores, tokens)));
  },
  'a table looked up by the rows': ({ w }, { x }) => {
    const which = tf.cast(tf.clipByValue(tf.floor(tf.mul(tf.add(tf.slice(x, [0, 0], [-1, 1]), 1), 1.5)), 0, 2), 'int32');
    return tf.mean(tf.square(tf.gather(w, tf.reshape(which, [-1]))));
  },
  'columns swapped, padded, repeated': (all, { x }) =>
    tf.mean(
      tf.square(
        tf.sub(
          tf.pad(
            tf.reverse(hidden(all, x), 1),
            [
              [0, 0],
              [1, 0],
            ],
            2,
          ),
          tf.tile(tf.slice(tf.transpose(tf.transpose(hidden(all, x))), [0, 0], [-1, 1]), [1, 5]),
        ),
      ),
    ),
};

/** What no two blocks can tell apart from one another. */
export const OTHERS: Readonly<Record<string, Loss>> = {
  'a sum over rows': (all, { x }) => tf.sum(hidden(all, x)),
  'a mean times the number of rows': (all, { x }) => tf.mul(tf.mean(hidden(all, x)), x.shape[0]),
  'batch norm': (all, { x }) => {
    const h = hidden(all, x);
    return tf.mean(tf.abs(tf.sub(h, tf.mean(h, 0))));
  },
  'the logarithm of a mean of exponentials': (all, { x }) => tf.logSumExp(energy(all)(x as Tensor2D)),
  'all pairs of rows': (all, { x }) => tf.sum(tf.matMul(hidden(all, x), hidden(all, x), false, true)),
  'rows beside their mirror images': (all, { x }) => tf.mean(tf.mul(hidden(all, x), tf.reverse(hidden(all, x), 0))),
  'a running sum': (all, { x }) => tf.mean(tf.square(tf.cumsum(hidden(all, x), 0))),
  'weights by position': (all, { x }) => tf.mean(tf.square(tf.add(energy(all)(x as Tensor2D), tf.range(0, x.shape[0])))),
  'two copies of the batch below one another': (all, { x }) => {
    const h = hidden(all, tf.concat([x, tf.neg(x)], 0));
    return tf.mean(tf.square(tf.reshape(h, [-1, 8])));
  },
  'the largest row': (all, { x }) => tf.mean(tf.max(hidden(all, x), 0)),
  'a softmax over rows': (all, { x }) => tf.mean(tf.square(tf.softmax(energy(all)(x as Tensor2D)))),
  'rows folded into one another': (all, { x }) => tf.mean(tf.square(tf.mean(tf.reshape(tf.reshape(hidden(all, x), [4, -1]), [-1, 4]), 1))),
};
