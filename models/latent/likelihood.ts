import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../../plugin/checkOptionNames.ts';

/** The law of data given a code: what a decoder's outputs `[batch, columns]` mean. */
export interface Likelihood {
  /** With its settings, as saved models and exported files have it; `parseLikelihood` reads it back. */
  readonly name: string;
  /** What the model is trained on, from a batch of data and uniform noise of the same shape; null: the data themselves. */
  readonly observe: ((x: Tensor2D, uniform: Tensor2D) => Tensor2D) | null;
  /** −log p(x | z) in nats, `[batch]`. */
  negativeLog(output: Tensor2D, x: Tensor2D): Tensor1D;
  /** The mean of the data, `[batch, columns]`. */
  mean(output: Tensor2D): Tensor2D;
  /** Data drawn from the law, from noise of its shape: uniform where the model observes binary data, else standard normal. */
  draw(output: Tensor2D, noise: Tensor2D): Tensor2D;
}

export interface BernoulliOptions {
  /**
   * Read grey values in [0, 1] as probabilities and train on images that are drawn from them anew in each batch, as in Salakhutdinov & Murray 2008. Default true;
   * false: train on the cross-entropy with the grey values themselves, which is no likelihood.
   */
  readonly binarise?: boolean;
}

/** 1 with probability x, else 0. */
export const binary = (x: Tensor2D, uniform: Tensor2D): Tensor2D => tf.tidy(() => tf.cast(tf.less(uniform, x), 'float32') as Tensor2D);

/**
 * Independent binary columns; the decoder's outputs are log-odds.
 *
 * @throws Error for unknown options
 */
export function bernoulli(options: BernoulliOptions = {}): Likelihood {
  checkOptionNames('bernoulli', options, ['binarise']);
  const { binarise = true } = options;
  return {
    name: binarise ? 'bernoulli' : 'bernoulli:grey',
    observe: binarise ? binary : null,
    // log(1 + eˡ) − l x.
    negativeLog: (logits, x) => tf.tidy(() => tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, x)), 1) as Tensor1D),
    mean: (logits) => tf.sigmoid(logits) as Tensor2D,
    draw: (logits, uniform) => tf.tidy(() => binary(tf.sigmoid(logits) as Tensor2D, uniform)),
  };
}

export interface GaussianOptions {
  /** Standard deviation of each column. Default √½, for which −log p is the squared error up to a constant. */
  readonly deviation?: number;
  /** `unit`: means go through a sigmoid, for data in [0, 1]. Default 'real'. */
  readonly range?: 'unit' | 'real';
}

/**
 * Independent normal columns of one known standard deviation; the decoder's outputs are the means, or their log-odds.
 *
 * @throws RangeError where the deviation is not positive; Error for another range, and for unknown options
 */
export function gaussianLikelihood(options: GaussianOptions = {}): Likelihood {
  checkOptionNames('gaussianLikelihood', options, ['deviation', 'range']);
  const { deviation = Math.SQRT1_2, range = 'real' } = options;
  if (range !== 'unit' && range !== 'real')
    throw new Error(`gaussianLikelihood: range must be 'unit', for data in [0, 1], or 'real'; got ${JSON.stringify(range)}.`);
  if (!(deviation > 0 && Number.isFinite(deviation)))
    throw new RangeError(`gaussianLikelihood: deviation must be a positive number; got ${deviation}.`);
  const mean = (output: Tensor2D): Tensor2D => (range === 'unit' ? (tf.sigmoid(output) as Tensor2D) : tf.clone(output));
  const constant = 0.5 * Math.log(2 * Math.PI * deviation ** 2);
  return {
    name: `gaussian:${deviation}:${range}`,
    observe: null,
    negativeLog: (output, x) =>
      tf.tidy(() => tf.sum(tf.add(tf.div(tf.square(tf.sub(x, mean(output))), 2 * deviation ** 2), constant), 1) as Tensor1D),
    mean,
    draw: (output, normal) => tf.tidy(() => tf.add(mean(output), tf.mul(deviation, normal))),
  };
}

/** @throws Error for a name that no likelihood here has */
export function parseLikelihood(name: string): Likelihood {
  if (name === 'bernoulli' || name === 'bernoulli:grey') return bernoulli({ binarise: name === 'bernoulli' });
  const [kind, deviation, range] = name.split(':');
  if (kind === 'gaussian' && (range === 'unit' || range === 'real')) return gaussianLikelihood({ deviation: Number(deviation), range });
  throw new Error(`unknown likelihood "${name}"; expected bernoulli, bernoulli:grey, or gaussian:DEVIATION:unit or real`);
}
