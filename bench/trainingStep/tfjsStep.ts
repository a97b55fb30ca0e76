import type { NamedTensorMap, Optimizer, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { mvlLd, mvlRld, sphere } from '../../plugin/index.ts';
import type { Case, OptimizerSpec } from './cases.ts';

export type Parameters = Readonly<Record<string, Variable>>;

const dense = (x: Tensor, w: Tensor, b: Tensor): Tensor2D => tf.add(tf.matMul(x as Tensor2D, w as Tensor2D), b);

const energy =
  ({ W1, b1, W2, b2, W3, b3 }: Parameters) =>
  (x: Tensor2D): Tensor1D =>
    tf.squeeze(dense(tf.tanh(dense(tf.tanh(dense(x, W1, b1)), W2, b2)), W3, b3), [1]);

const crossEntropy = (logits: Tensor2D, { y }: NamedTensorMap): Scalar => tf.losses.softmaxCrossEntropy(y, logits) as Scalar;

function convolved({ K1, b1, K2, b2, W3, b3 }: Parameters, { x }: NamedTensorMap): Tensor2D {
  const layer = (image: Tensor4D, kernel: Tensor, bias: Tensor): Tensor4D =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(image, kernel as Tensor4D, 1, 'valid'), bias)) as Tensor4D, 2, 2, 'valid');
  const features = layer(layer(x as Tensor4D, K1, b1), K2, b2);
  return dense(tf.reshape(features, [x.shape[0], -1]), W3, b3);
}

const LOSSES: Readonly<Record<Case['kind'], (given: Case, p: Parameters, inputs: NamedTensorMap) => Scalar>> = {
  'mvl-ld': ({ epsilon }, p, { x, z }) => mvlLd({ epsilon })(energy(p), x as Tensor2D, z),
  'mvl-rld': ({ epsilon }, p, { x, z }) => mvlRld({ manifold: sphere(2), epsilon })(energy(p), x as Tensor2D, z),
  'mlp-classifier': (_given, { W1, b1, W2, b2, W3, b3 }, inputs) =>
    crossEntropy(dense(tf.relu(dense(tf.relu(dense(inputs.x, W1, b1)), W2, b2)), W3, b3), inputs),
  'cnn-classifier': (_given, p, inputs) => crossEntropy(convolved(p, inputs), inputs),
};

export function optimizerOf(spec: OptimizerSpec): Optimizer {
  return spec.name === 'rmsprop'
    ? tf.train.rmsprop(spec.learningRate, spec.decay, spec.momentum, spec.epsilon)
    : tf.train.adam(spec.learningRate, spec.beta1, spec.beta2, spec.epsilon);
}

/** A step of the case's optimiser; the loss before it. */
export const takeStep = (given: Case, optimizer: Optimizer, parameters: Parameters, inputs: NamedTensorMap): Scalar =>
  tf.tidy(() => optimizer.minimize(() => LOSSES[given.kind](given, parameters, inputs), true, Object.values(parameters)) as Scalar);
