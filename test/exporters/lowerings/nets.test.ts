import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportOnnx } from '../../../exporters/exportOnnx.ts';
import type { Graph } from '../../../exporters/ir/graph.ts';
import { register } from '../../../plugin/gradients/register.ts';
import { randomStream } from '../../../random/stream.ts';
import { attribute, type GraphDefNode, graphModel, placeholder } from '../../support/graphModel.ts';
import { checkNumbers, exportSubject, type Subject } from '../../support/lowering.ts';

register();

/** Several layers of sums over up to 300 products, each rounded to float32. */
const tolerance = 2e-5;

const count = (graph: Graph, op: string): number => graph.nodes.filter((node) => node.op === op).length;

type Net = (x: tf.Tensor) => tf.Tensor;

const subject = (label: string, name: string, shape: readonly (number | 'n')[], fn: Net): Subject => ({
  label,
  inputs: { [name]: { shape } },
  fn: fn as Subject['fn'],
  graph: [],
  tolerance,
});

/** ∇ₓ Σ f(x)² */
const inputGradient =
  (net: Net): Net =>
  (x) =>
    tf.grad((y: tf.Tensor) => tf.sum(tf.square(net(y))) as tf.Scalar)(x);

const init = (seed: number) => tf.initializers.randomNormal({ stddev: 0.4, seed });

describe('a layers model', () => {
  let model: tf.LayersModel;
  const apply: Net = (x) => model.apply(x, { training: false }) as tf.Tensor;

  beforeAll(() => {
    model = tf.sequential({
      name: 'digits',
      layers: [
        tf.layers.conv2d({
          filters: 4,
          kernelSize: 3,
          padding: 'same',
          inputShape: [9, 8, 2],
          kernelInitializer: init(1),
          biasInitializer: init(2),
          name: 'in',
        }),
        tf.layers.batchNormalization({ movingMeanInitializer: init(3), betaInitializer: init(4) }),
        tf.layers.reLU(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: 'tanh', depthwiseInitializer: init(5) }),
        tf.layers.separableConv2d({
          filters: 5,
          kernelSize: 2,
          padding: 'same',
          activation: 'elu',
          depthwiseInitializer: init(6),
          pointwiseInitializer: init(7),
        }),
        tf.layers.averagePooling2d({ poolSize: 2, strides: 1 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(8), name: 'out' }),
      ],
    });
  });
  afterAll(() => {
    model.dispose();
  });

  it('is exported with two transposes: of the image, and before it is flattened', async () => {
    const exported = await exportOnnx(model);
    expect(count(exported.graph, 'Transpose')).toBe(2);
    // Convolutions, the pools, the activations, dense with its softmax, and a Mul and Add for the batch normalisation.
    expect(exported.graph.nodes.length).toBeLessThanOrEqual(17);
    const [{ name }] = exported.graph.inputs;
    expect(exported.graph.outputs.map((output) => output.name)).toEqual(['out']);
    const whole: Subject = { ...subject('layers CNN', name, ['n', 9, 8, 2], apply), fn: (x) => ({ out: apply(x) }) };
    expect(await checkNumbers(whole, exported)).toBeGreaterThan(2);
  });

  it('so is its gradient with respect to the image', async () => {
    const whole = subject('layers CNN input gradient', 'x', ['n', 9, 8, 2], inputGradient(apply));
    const exported = await exportSubject(whole);
    expect(await checkNumbers(whole, exported)).toBeGreaterThan(2);
  });

  it('and the gradient with respect to every weight', async () => {
    const whole: Subject = {
      ...subject('layers CNN weight gradients', 'x', ['n', 9, 8, 2], apply),
      fn: (x) => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.square(apply(x))) as tf.Scalar);
        return Object.fromEntries(Object.values(grads).map((grad, i) => [`weight${i}`, grad]));
      },
    };
    const exported = await exportSubject(whole);
    expect(exported.graph.outputs.length).toBe(model.trainableWeights.length);
    expect(await checkNumbers(whole, exported)).toBeGreaterThan(2);
  });

  it('needs no transpose, nor does its gradient, where images have one channel and nothing is flattened', async () => {
    const pooled = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 1], activation: 'relu', kernelInitializer: init(9) }),
        tf.layers.conv2d({ filters: 4, kernelSize: 2, strides: 2, kernelInitializer: init(10) }),
        tf.layers.leakyReLU(),
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: 1, kernelInitializer: init(11) }),
      ],
    });
    const whole = subject('pooled CNN', 'x', ['n', 6, 6, 1], (x) => pooled.apply(x) as tf.Tensor);
    const exported = await exportSubject(whole);
    // One channel needs no Transpose, and a mean over all pixels takes either layout.
    expect(count(exported.graph, 'Transpose')).toBe(0);
    await checkNumbers(whole, exported);
    const slope = subject(
      'pooled CNN input gradient',
      'x',
      ['n', 6, 6, 1],
      inputGradient((x) => pooled.apply(x) as tf.Tensor),
    );
    const gradient = await exportSubject(slope);
    expect(count(gradient.graph, 'Transpose')).toBe(0);
    await checkNumbers(slope, gradient);
    pooled.dispose();
  });

  it('runs recurrent and embedding layers', async () => {
    const recurrent = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 4, embeddingsInitializer: init(12) }),
        tf.layers.gru({ units: 3, kernelInitializer: init(13), recurrentInitializer: init(14) }),
      ],
    });
    const whole: Subject = {
      ...subject('GRU', 'x', ['n', 4], (x) => recurrent.apply(x) as tf.Tensor),
      inputs: { x: { shape: ['n', 4], dtype: 'int32' } },
    };
    await checkNumbers(whole, await exportSubject(whole));
    recurrent.dispose();
  });

  it('normalises layers', async () => {
    const layer = tf.sequential({ layers: [tf.layers.layerNormalization({ inputShape: [6], gammaInitializer: init(15) })] });
    const whole = subject(
      'layer normalisation',
      'x',
      ['n', 6],
      inputGradient((x) => layer.apply(x) as tf.Tensor),
    );
    await checkNumbers(whole, await exportSubject(whole));
    layer.dispose();
  });
});

const normal = (key: number, shape: readonly number[]) => {
  const stream = randomStream(11, key);
  return { values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.4 * stream.gaussian()), shape };
};
const ints = (...values: number[]) => ({ values, dtype: 'int32' as const });
const number = (value: number) => ({ values: [value], shape: [], dtype: 'int32' as const });

const node = (name: string, op: string, input: readonly string[], attr: GraphDefNode['attr'] = {}): GraphDefNode => ({
  name,
  op,
  input,
  attr,
});

describe('a graph model of tfjs-converter', () => {
  const layout = {
    strides: attribute.ints([1, 1, 1, 1]),
    padding: attribute.text('SAME'),
    data_format: attribute.text('NHWC'),
    dilations: attribute.ints([1, 1, 1, 1]),
  };
  const pool = { ...layout, ksize: attribute.ints([1, 2, 2, 1]), strides: attribute.ints([1, 2, 2, 1]), padding: attribute.text('VALID') };
  const masks = {
    begin_mask: attribute.int(0),
    end_mask: attribute.int(0),
    ellipsis_mask: attribute.int(0),
    new_axis_mask: attribute.int(0),
    shrink_axis_mask: attribute.int(1),
  };
  let model: tf.GraphModel;

  beforeAll(async () => {
    model = await graphModel(
      [
        placeholder('image', [-1, 6, 6, 2]),
        node('conv', 'Conv2D', ['image', 'filter'], layout),
        node('biased', 'BiasAdd', ['conv', 'bias'], { data_format: attribute.text('NHWC') }),
        node('relu', 'Relu', ['biased']),
        node('fused', '_FusedConv2D', ['relu', 'filter2', 'bias2'], {
          ...layout,
          num_args: attribute.int(1),
          fused_ops: attribute.texts(['BiasAdd', 'Relu6']),
          epsilon: attribute.float(0),
        }),
        node('normal', 'FusedBatchNormV3', ['fused', 'scale', 'offset', 'mean', 'variance'], {
          epsilon: attribute.float(1e-3),
          data_format: attribute.text('NHWC'),
          is_training: attribute.bool(false),
        }),
        node('depthwise', 'DepthwiseConv2dNative', ['normal', 'filter3'], layout),
        node('pooled', 'MaxPool', ['depthwise'], pool),
        // Flattened as exporters of TensorFlow write it: the batch is read from the shape, and packed with the product of the rest.
        node('shape', 'Shape', ['pooled'], { out_type: attribute.type('int32') }),
        node('batch', 'StridedSlice', ['shape', 'zero', 'one', 'one'], masks),
        node('rest', 'Mul', ['three', 'nine']),
        node('target', 'Pack', ['batch', 'rest'], { N: attribute.int(2), axis: attribute.int(0) }),
        node('flat', 'Reshape', ['pooled', 'target']),
        node('dense', 'MatMul', ['flat', 'weights'], { transpose_a: attribute.bool(false), transpose_b: attribute.bool(false) }),
        node('logits', 'BiasAdd', ['dense', 'bias4'], { data_format: attribute.text('NHWC') }),
        node('probabilities', 'Softmax', ['logits']),
        node('mean_image', 'Mean', ['pooled', 'axes'], { keep_dims: attribute.bool(false) }),
      ],
      {
        filter: normal(1, [3, 3, 2, 3]),
        bias: normal(2, [3]),
        filter2: normal(3, [1, 1, 3, 3]),
        bias2: normal(4, [3]),
        scale: normal(5, [3]),
        offset: normal(6, [3]),
        mean: normal(7, [3]),
        variance: { values: [0.5, 1, 2] },
        filter3: normal(8, [2, 2, 3, 1]),
        zero: ints(0),
        one: ints(1),
        three: number(3),
        nine: number(9),
        axes: ints(1, 2),
        weights: normal(9, [27, 4]),
        bias4: normal(10, [4]),
      },
    );
  });
  afterAll(() => {
    model.dispose();
  });

  const execute = (x: tf.Tensor): Record<string, tf.Tensor> => {
    const [probabilities, mean] = model.execute({ image: x }, ['probabilities', 'mean_image']) as tf.Tensor[];
    return { probabilities, mean_image: mean };
  };

  it('is exported with its own names; its shape arithmetic is gone', async () => {
    const exported = await exportOnnx(model);
    expect(exported.graph.inputs.map(({ name }) => name)).toEqual(['image']);
    expect(exported.graph.outputs.map(({ name }) => name).sort()).toEqual(['mean_image', 'probabilities']);
    for (const op of ['Shape', 'Slice', 'Cast', 'Expand']) expect(count(exported.graph, op)).toBe(0);
    expect(count(exported.graph, 'Transpose')).toBe(2);
    const whole: Subject = { ...subject('graph model', 'image', ['n', 6, 6, 2], (x) => x), fn: execute };
    expect(await checkNumbers(whole, exported)).toBe(8);
  });

  it('so is its gradient with respect to the input', async () => {
    const whole = subject(
      'graph model input gradient',
      'x',
      ['n', 6, 6, 2],
      inputGradient((x) => execute(x).probabilities),
    );
    expect(await checkNumbers(whole, await exportSubject(whole))).toBe(4);
  });

  it('of several inputs, integers among them, takes them by name', async () => {
    const several = await graphModel(
      [
        placeholder('x', [-1, 4]),
        placeholder('which', [-1], 'int32'),
        node('row', 'GatherV2', ['table', 'which', 'axis']),
        node('columns', 'ConcatV2', ['x', 'row', 'one'], { N: attribute.int(2) }),
        node('turned', 'Transpose', ['columns', 'perm']),
        node('total', 'Sum', ['turned', 'axis'], { keep_dims: attribute.bool(false) }),
        node('wide', 'ExpandDims', ['total', 'one']),
        node('positive', 'Greater', ['wide', 'level']),
        node('chosen', 'SelectV2', ['positive', 'wide', 'level']),
      ],
      { table: normal(20, [3, 2]), axis: number(0), one: number(1), perm: ints(1, 0), level: { values: [0.25], shape: [] } },
    );
    const exported = await exportOnnx(several);
    const whole: Subject = {
      ...subject('graph model of two inputs', 'x', [], (x) => x),
      inputs: { x: { shape: ['n', 4] }, which: { shape: ['n'], dtype: 'int32', values: (i) => i % 3 } },
      fn: (x, which) => ({ chosen: several.execute({ x, which }) as tf.Tensor }),
    };
    expect(await checkNumbers(whole, exported)).toBe(6);
    several.dispose();
  });
});
