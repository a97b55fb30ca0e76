import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** What each case of test/golden/gradients.py is in tfjs. */
export type Operation = (...inputs: Tensor[]) => Tensor;

type Layer = InstanceType<typeof tf.layers.Layer>;

/** A real layer on given weights, in the layer's own order. */
function layer(made: Layer, x: Tensor, weights: readonly Tensor[] = [], training = false): Tensor {
  if (!made.built) made.build(x.shape);
  // Weights become part of the function, so the variables stand in for nothing but their places.
  const variables = made.getWeights(false);
  if (weights.length > variables.length) throw new Error(`${made.getClassName()} has ${variables.length} weights, not ${weights.length}`);
  const slots = (made as unknown as { weights: { read(): Tensor }[] }).weights;
  weights.forEach((weight, i) => {
    slots[i].read = () => weight;
  });
  const result = made.call(x, { training }) as Tensor | Tensor[];
  tf.dispose(variables);
  return Array.isArray(result) ? result[0] : result;
}

const activations = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
] as const;

const ofLayers: Record<string, Operation> = {
  ...Object.fromEntries(
    activations.map((name) => [`activation ${name}`, (x: Tensor) => layer(tf.layers.activation({ activation: name as 'elu' }), x)]),
  ),
  LeakyReLU: (x) => layer(tf.layers.leakyReLU({ alpha: 0.3 }), x),
  PReLU: (x, alpha) => layer(tf.layers.prelu(), x, [alpha]),
  ThresholdedReLU: (x) => layer(tf.layers.thresholdedReLU({ theta: 1 }), x),
};

const elementwise: Record<string, Operation> = {
  abs: tf.abs,
  acos: tf.acos,
  acosh: tf.acosh,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  ceil: tf.ceil,
  clipByValue: (x) => tf.clipByValue(x, -2, 2.5),
  cos: tf.cos,
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  leakyRelu: (x) => tf.leakyRelu(x),
  log: tf.log,
  log1p: tf.log1p,
  logSigmoid: tf.logSigmoid,
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  relu6: tf.relu6,
  round: tf.round,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  step: (x) => tf.step(x),
  tan: tf.tan,
};

const binary: Record<string, Operation> = {
  add: tf.add,
  atan2: tf.atan2,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  mod: tf.mod,
  mul: tf.mul,
  floorDiv: tf.floorDiv,
  pow: tf.pow,
  squaredDifference: tf.squaredDifference,
  sub: tf.sub,
  prelu: tf.prelu,
  'pow, to the third': (x) => tf.pow(x, 3),
  where: (a, b) => tf.where(tf.greater(a, 0.25), tf.sin(a), tf.mul(a, b)),
  'where, broadcast': (a, b) => tf.where(tf.greater(a, 0.25), b, tf.square(a)),
};

const reductions: Record<string, Operation> = {
  sum: (x) => tf.square(tf.sum(x, 1)),
  mean: (x) => tf.square(tf.mean(x, [0, 2])),
  max: (x) => tf.square(tf.max(x, 1)),
  min: (x) => tf.square(tf.min(x, [0, 2])),
  prod: (x) => tf.prod(x, 1),
  'prod, two axes': (x) => tf.prod(x, [0, 1], true),
  'prod, last axis': (x) => tf.prod(x, -1),
  'prod, with a zero': (x) => tf.prod(x, 1),
  'prod, with two zeros': (x) => tf.prod(x),
  logSumExp: (x) => tf.logSumExp(x, [1, 2]),
  norm: (x) => tf.norm(x, 'euclidean', [0, 1]),
  variance: (x) => tf.moments(x, [0, 2]).variance,
  cumsum: (x) => tf.square(tf.cumsum(x, 1)),
  'cumsum, exclusive from the end': (x) => tf.square(tf.cumsum(x, 0, true, true)),
  cumprod: (x) => tf.cumprod(x, 1),
  'cumprod, exclusive from the end': (x) => tf.cumprod(x, 0, true, true),
  'cumprod, with a zero': (x) => tf.cumprod(x),
  topk: (x) => tf.square(tf.topk(x, 2).values),
};

const ids = (values: number[]): Tensor1D => tf.tensor1d(values, 'int32');
const idRows = (values: number[][]): Tensor2D => tf.tensor2d(values, undefined, 'int32');
const broadcast = (x: Tensor): Tensor => tf.broadcastTo(tf.slice(x, [0, 0, 0], [2, 1, 2]), [2, 3, 2]);

const shapes: Record<string, Operation> = {
  concat: (x) => tf.concat([tf.square(x), x], 1),
  stack: (x) => tf.stack([tf.square(x), x], 1),
  unstack: (x) => {
    const parts = tf.unstack(x, 1);
    return tf.mul(parts[0], parts[2]);
  },
  split: (x) => {
    const [head, tail] = tf.split(x, [1, 2], 1);
    return tf.mul(head, tail);
  },
  tile: (x) => tf.square(tf.tile(x, [2, 1, 3])),
  reverse: (x) => tf.mul(tf.reverse(x, 1), x),
  pad: (x) =>
    tf.square(
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
          [0, 0],
        ],
        0.5,
      ),
    ),
  expandDims: (x) => tf.square(tf.expandDims(x, 1)),
  'mirrorPad, reflect': (x) =>
    tf.square(
      tf.mirrorPad(
        x,
        [
          [0, 1],
          [2, 1],
          [0, 0],
        ],
        'reflect',
      ),
    ),
  'mirrorPad, symmetric': (x) =>
    tf.square(
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 3],
          [0, 0],
        ],
        'symmetric',
      ),
    ),
  slice: (x) => tf.square(tf.slice(x, [0, 1, 0], [-1, -1, 1])),
  stridedSlice: (x) => tf.square(tf.stridedSlice(x, [0, 0, 1], [0, 3, 2], [1, 2, 1], 1, 1)),
  'stridedSlice, one index': (x) => tf.square(tf.stridedSlice(x, [0, 1, 1], [0, 3, 2], [1, 1, 1], 1, 1, 0, 0, 4)),
  'stridedSlice, backwards': (x) => tf.square(tf.stridedSlice(x, [0, 0], [0, 0], [1, -2], 3, 3)),
  transpose: (x) => tf.square(tf.transpose(x, [2, 0, 1])),
  reshape: (x) => tf.square(tf.reshape(x, [3, 4])),
  gather: (x) => tf.square(tf.gather(x, ids([2, 0, 2, 1]), 1)),
  'gather, rows': (x) => tf.square(tf.gather(x, ids([1, 1, 0]))),
  'gather, batch by batch': (x) =>
    tf.square(
      tf.gather(
        x,
        idRows([
          [2, 2],
          [0, 1],
        ]),
        1,
        1,
      ),
    ),
  gatherND: (x) =>
    tf.square(
      tf.gatherND(
        x,
        idRows([
          [0, 2],
          [1, 0],
          [0, 2],
        ]),
      ),
    ),
  scatterND: (x) => tf.square(tf.scatterND(idRows([[3], [1]]), x, [4, 3, 2])),
  unsortedSegmentSum: (x) => tf.square(tf.transpose(tf.unsortedSegmentSum(tf.transpose(x, [1, 0, 2]), ids([0, 1, 0]), 2), [1, 0, 2])),
  broadcastTo: (x) => tf.square(broadcast(x)),
  spaceToBatchND: (x) =>
    tf.square(
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ),
  batchToSpaceND: (x) =>
    tf.square(
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ),
  depthToSpace: (x) => tf.square(tf.depthToSpace(x as Tensor4D, 2)),
};

const products: Record<string, Operation> = {
  matMul: (a, b) => tf.matMul(a, b),
  'matMul, both transposed': (a, b) => tf.matMul(a, b, true, true),
  'matMul, first transposed': (a, b) => tf.matMul(a, b, true),
  'matMul, second transposed': (a, b) => tf.matMul(a, b, false, true),
  'matMul, batches broadcast': (a, b) => tf.matMul(a, b),
  'matMul, in one batch': (a, b) => tf.matMul(a, b, false, true),
  einsum: (a, b) => tf.einsum('bij,bjk->bik', a, b),
  'einsum, one operand': (a) => tf.square(tf.einsum('bij->ib', a)),
  attention: (q, k, v) => tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v),
};

const convolutions: Record<string, Operation> = {
  conv2d: (x, f) => tf.conv2d(x as Tensor4D, f as Tensor4D, 1, 'same'),
  'conv2d, stride 2': (x, f) => tf.conv2d(x as Tensor4D, f as Tensor4D, 2, 'valid'),
  'conv2d, two channels': (x, f) => tf.conv2d(x as Tensor4D, f as Tensor4D, 2, 'same'),
  conv1d: (x, f) => tf.conv1d(x as Tensor3D, f as Tensor3D, 1, 'same'),
  conv2dTranspose: (y, f) => tf.conv2dTranspose(y as Tensor4D, f as Tensor4D, [1, 4, 4, 1], 2, 'same'),
  depthwiseConv2d: (x, f) => tf.depthwiseConv2d(x as Tensor4D, f as Tensor4D, 1, 'same'),
  'depthwiseConv2d, stride 2': (x, f) => tf.depthwiseConv2d(x as Tensor4D, f as Tensor4D, 2, 'valid'),
  separableConv2d: (x, f, p) => tf.separableConv2d(x as Tensor4D, f as Tensor4D, p as Tensor4D, 1, 'same'),
  conv3d: (x, f) => tf.conv3d(x as Tensor5D, f as Tensor5D, 1, 'same'),
  conv3dTranspose: (y, f) => tf.conv3dTranspose(y as Tensor5D, f as Tensor5D, [1, 2, 4, 2, 1], 2, 'same'),
};

type Pool = (x: Tensor, filter: number[], strides: number[], pad: 'same' | 'valid') => Tensor;

const pooling = (name: string, flat: Pool, solid: Pool): Record<string, Operation> => ({
  [name]: (x) => tf.square(flat(x, [2, 2], [2, 2], 'valid')),
  [`${name}, same, stride 2`]: (x) => tf.square(flat(x, [3, 2], [2, 2], 'same')),
  [`${name}, overlapping`]: (x) => tf.square(flat(x, [3, 3], [1, 1], 'same')),
  [`${name}3d`]: (x) => tf.square(solid(x, [2, 2, 2], [1, 1, 1], 'valid')),
  [`${name}3d, same`]: (x) => tf.square(solid(x, [2, 2, 2], [2, 2, 2], 'same')),
});

type Flags = readonly [alignCorners: boolean, halfPixelCenters: boolean];

const resizing = (name: string, resize: typeof tf.image.resizeBilinear): Record<string, Operation> => {
  const to = (flags: Flags) => (x: Tensor) => tf.square(resize(x as Tensor4D, [5, 4], ...flags));
  return {
    [name]: to([false, false]),
    [`${name}, corners aligned`]: to([true, false]),
    [`${name}, half pixel centres`]: to([false, true]),
  };
};

const cell = (made: Layer) => (x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) => layer(made, x, [kernel, recurrent, bias]);

const networks: Record<string, Operation> = {
  layerNormalization: (x, gamma, beta) => layer(tf.layers.layerNormalization(), x, [gamma, beta]),
  'layerNormalization, images': (x, gamma, beta) => layer(tf.layers.layerNormalization(), x, [gamma, beta]),
  batchNorm: (x, mean, variance, offset, scale) =>
    tf.batchNorm2d(x as Tensor2D, mean as Tensor1D, variance as Tensor1D, offset as Tensor1D, scale as Tensor1D),
  'batchNorm, images': (x, mean, variance, offset, scale) =>
    tf.batchNorm4d(x as Tensor4D, mean as Tensor1D, variance as Tensor1D, offset as Tensor1D, scale as Tensor1D),
  'batchNormalization, training': (x, gamma, beta) => layer(tf.layers.batchNormalization(), x, [gamma, beta], true),
  localResponseNormalization: (x) => tf.localResponseNormalization(x as Tensor4D, 1, 1, 0.5, 0.75),
  lstm: (x, ...weights) => cell(tf.layers.lstm({ units: 2 }))(x, ...(weights as [Tensor, Tensor, Tensor])),
  gru: (x, ...weights) => cell(tf.layers.gru({ units: 2, recurrentActivation: 'sigmoid' }))(x, ...(weights as [Tensor, Tensor, Tensor])),
};

const fusing: Record<string, Operation> = {
  ...Object.fromEntries(
    (['linear', 'relu', 'elu', 'tanh', 'sigmoid', 'softplus'] as const).map((activation) => [
      `dense layer, ${activation}`,
      (x: Tensor, w: Tensor, b: Tensor) => layer(tf.layers.dense({ units: 2, activation }), x, [w, b]),
    ]),
  ),
  ...Object.fromEntries(
    (['linear', 'relu', 'elu', 'tanh'] as const).map((activation) => [
      `conv2d layer, ${activation}`,
      (x: Tensor, w: Tensor, b: Tensor) => layer(tf.layers.conv2d({ filters: 2, kernelSize: 2, padding: 'same', activation }), x, [w, b]),
    ]),
  ),
  'depthwiseConv2d layer': (x, w, b) =>
    layer(tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: 'tanh' }), x, [w, b]),
};

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ofLayers,
  ...elementwise,
  ...binary,
  ...reductions,
  ...shapes,
  ...products,
  ...convolutions,
  ...pooling(
    'maxPool',
    (x, filter, strides, pad) => tf.maxPool(x as Tensor4D, filter as [number, number], strides as [number, number], pad),
    (x, filter, strides, pad) => tf.maxPool3d(x as Tensor5D, filter as [number, number, number], strides as [number, number, number], pad),
  ),
  ...pooling(
    'avgPool',
    (x, filter, strides, pad) => tf.avgPool(x as Tensor4D, filter as [number, number], strides as [number, number], pad),
    (x, filter, strides, pad) => tf.avgPool3d(x as Tensor5D, filter as [number, number, number], strides as [number, number, number], pad),
  ),
  ...resizing('resizeBilinear', tf.image.resizeBilinear),
  ...resizing('resizeNearestNeighbor', tf.image.resizeNearestNeighbor),
  ...networks,
  ...fusing,
};
