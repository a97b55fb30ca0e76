import * as tf from '@tensorflow/tfjs';
import type { Attribute } from '../ir/node.ts';

/** Shape and dtype of a kernel's result. */
export interface OutputInfo {
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

type Infos = readonly OutputInfo[];
type Attributes = Readonly<Record<string, Attribute>>;
type Infer = (inputs: Infos, attributes: Attributes) => readonly number[] | null;

const first: Infer = ([x]) => x.shape;
const broadcast: Infer = (inputs) =>
  inputs.map(({ shape }) => shape as number[]).reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b));

const product: Infer = ([a, b], { transposeA, transposeB }) => {
  // The kernel says best what is wrong.
  if (a.shape.at(transposeA ? -2 : -1) !== b.shape.at(transposeB ? -1 : -2)) return null;
  const rows = a.shape.at(transposeA ? -1 : -2) as number;
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...outer, rows, columns];
};

const reduction: Infer = ([{ shape }], { axis, reductionIndices, keepDims }) => {
  const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number | number[], [...shape]);
  return keepDims ? shape.map((size, i) => (axes.includes(i) ? 1 : size)) : shape.filter((_, i) => !axes.includes(i));
};

const reshape: Infer = ([{ shape }], { shape: target }) =>
  tf.util.inferFromImplicitShape(target as number[], tf.util.sizeFromShape([...shape]));

const slice: Infer = ([{ shape }], { begin, size }) =>
  tf.slice_util.parseSliceParams({ shape: [...shape] } as tf.TensorInfo as tf.Tensor, begin as number[], size as number[])[1];

const stridedSlice: Infer = ([{ shape }], attributes) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes as Readonly<
    Record<string, never>
  >;
  return tf.slice_util.sliceInfo([...shape], begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask).finalShape;
};

type Four = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

const convolution: Infer = ([x, filter], { strides, pad, dataFormat, dilations, dimRoundingMode }) =>
  tf.backend_util.computeConv2DInfo(
    x.shape as Four,
    filter.shape as Four,
    strides as number,
    dilations as number,
    pad as Pad,
    dimRoundingMode as 'floor',
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat as 'NHWC'),
  ).outShape;

const pool: Infer = ([x], { filterSize, strides, pad, dimRoundingMode }) =>
  tf.backend_util.computePool2DInfo(x.shape as Four, filterSize as number, strides as number, 1, pad as Pad, dimRoundingMode as 'floor')
    .outShape;

const names = (rule: Infer, ...kernels: readonly string[]): Record<string, Infer> =>
  Object.fromEntries(kernels.map((kernel) => [kernel, rule]));

/**
 * Shapes of the kernels that make up most of a training step, for float32 operands: these need not be run to know what comes out, which at the
 * sizes of real weights takes longer than the rest of a trace.
 */
const RULES: Readonly<Record<string, Infer>> = {
  ...names(
    first,
    ...[
      'Abs',
      'ClipByValue',
      'Cos',
      'Elu',
      'Erf',
      'Exp',
      'Expm1',
      'Identity',
      'LeakyRelu',
      'Log',
      'Log1p',
      'LogSoftmax',
      'Neg',
      'OnesLike',
    ],
    ...['Reciprocal', 'Relu', 'Relu6', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Softmax', 'Softplus', 'Sqrt', 'Square', 'Step', 'Tanh'],
    'ZerosLike',
  ),
  ...names(broadcast, 'Add', 'AddN', 'Maximum', 'Minimum', 'Multiply', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'),
  ...names(product, 'BatchMatMul', '_FusedMatMul'),
  ...names(reduction, 'Max', 'Mean', 'Min', 'Sum'),
  ...names(convolution, 'Conv2D', 'FusedConv2D'),
  ...names(pool, 'AvgPool', 'MaxPool'),
  ...names(([, x]) => x.shape, 'AvgPoolGrad', 'MaxPoolGrad'),
  Conv2DBackpropFilter: (_inputs, { filterShape }) => filterShape as number[],
  Conv2DBackpropInput: (_inputs, { inputShape }) => inputShape as number[],
  PadV2: ([{ shape }], { paddings }) =>
    shape.map((size, axis) => size + (paddings as number[][])[axis][0] + (paddings as number[][])[axis][1]),
  Reshape: reshape,
  Slice: slice,
  StridedSlice: stridedSlice,
  Transpose: ([{ shape }], { perm }) => (perm as number[]).map((axis) => shape[axis]),
  Tile: ([{ shape }], { reps }) => shape.map((size, axis) => size * (reps as number[])[axis]),
  ExpandDims: ([{ shape }], { dim }) => shape.toSpliced((dim as number) < 0 ? shape.length + 1 + (dim as number) : (dim as number), 0, 1),
};

const COMPARISONS: ReadonlySet<string> = new Set(['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual']);

const NUMBERS: readonly unknown[] = ['float32', 'int32', 'bool'];

/** What a kernel gives, where that is known without running it; else null. */
export function inferOutput(kernel: string, inputs: Infos, attributes: Attributes): OutputInfo | null {
  if (kernel === 'Cast' && NUMBERS.includes(attributes.dtype)) return { shape: inputs[0].shape, dtype: attributes.dtype as tf.DataType };
  if (inputs.length === 0 || inputs.some(({ dtype }) => dtype !== 'float32')) return null;
  if (COMPARISONS.has(kernel)) return { shape: broadcast(inputs, attributes) as readonly number[], dtype: 'bool' };
  const rule = Object.hasOwn(RULES, kernel) ? RULES[kernel] : undefined;
  if (rule === undefined) return null;
  const shape = rule(inputs, attributes);
  return shape && { shape, dtype: 'float32' };
}
