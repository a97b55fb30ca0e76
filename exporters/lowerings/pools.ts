import { multiplySizes, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { channelsFirstShape, inChannelsFirst, isChannelsLast, toChannelsFirst, toChannelsLast } from './layout.ts';
import { type Lowering, lowering } from './lowering.ts';
import { outputPadding, type Window, type WindowAttributes, windowAttributes, windows } from './windows.ts';

interface PoolAttributes extends WindowAttributes {
  readonly filterSize: number | readonly number[];
}

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

const count = (shape: readonly Size[]): Size => shape.reduce(multiplySizes, 1);

/** The windows between a large tensor and the small one that pooling makes of it, both in tfjs's layout. */
function poolWindows(large: Value, small: Value, attrs: PoolAttributes): Window[] {
  const channelsLast = isChannelsLast(attrs.dataFormat);
  const [, , ...input] = channelsFirstShape(shapeOf(large), channelsLast);
  const [, , ...output] = channelsFirstShape(shapeOf(small), channelsLast);
  const { filterSize } = attrs;
  const filter = input.map((_, axis) => (typeof filterSize === 'number' ? filterSize : filterSize[axis]));
  return windows({ input, output, filter }, attrs);
}

const poolAttributes = (list: readonly Window[]) => ({
  kernel_shape: list.map(({ filter }) => filter),
  ...windowAttributes(list),
});

/** Neither counts padding: a maximum ignores it, and a mean divides by what lies inside. */
const pool = (name: string, operator: 'MaxPool' | 'AveragePool'): Lowering =>
  lowering(name, ['x'], (op, { x }, attrs: PoolAttributes, { outputs }) =>
    inChannelsFirst(op, x, isChannelsLast(attrs.dataFormat), shapeOf(outputs[0]), (data) =>
      op[operator](data, poolAttributes(poolWindows(x, outputs[0], attrs))),
    ),
  );

const flat = (op: Builder, x: Value): Value => op.reshape(x, [count(shapeOf(x))]);

/** Each dy goes to the place that its window's maximum came from; ONNX counts places through the whole tensor, channels first. */
const maxPoolGrad = (name: string): Lowering =>
  lowering(name, ['dy', 'input', 'output'], (op, { dy, input }, attrs: PoolAttributes) => {
    const list = poolWindows(input, dy, attrs);
    const data = toChannelsFirst(op, input);
    const gradient = toChannelsFirst(op, dy);
    const [, places] = op.many('MaxPool', [data], poolAttributes(list), 2);
    places.shape = gradient.shape;
    const zeros = op.Expand(op.scalar(0, dy.dtype), op.sizes([count(shapeOf(data))]));
    const scattered = op.ScatterElements(zeros, flat(op, places), flat(op, gradient), { axis: 0, reduction: 'add' });
    return toChannelsLast(op, op.reshape(scattered, shapeOf(data)));
  });

/** tfjs divides by the whole window, also where part of it is padding: a ConvTranspose of every channel with a constant. */
const avgPoolGrad = (name: string): Lowering =>
  lowering(name, ['dy', 'input'], (op, { dy, input }, attrs: PoolAttributes, { outputs }) => {
    const list = poolWindows(input, dy, attrs);
    const filter = list.map((window) => window.filter);
    const area = filter.reduce((a, b) => a * b, 1);
    const weights = op.constant(new Array<number>(area).fill(1 / area), 'float32', [1, 1, ...filter]);
    return inChannelsFirst(op, dy, true, shapeOf(outputs[0]), (gradient) => {
      const [batch, channels, ...output] = shapeOf(gradient);
      const images = op.reshape(gradient, [multiplySizes(batch, channels), 1, ...output]);
      const spread = op.ConvTranspose(images, weights, { ...windowAttributes(list), output_padding: outputPadding(list) });
      return op.reshape(spread, channelsFirstShape(shapeOf(outputs[0]), true));
    });
  });

interface ArgmaxAttributes extends PoolAttributes {
  readonly includeBatchInIndex: boolean;
}

/** tfjs counts places through an image (or through all of them) channels last: (h·W + w)·C + c, from ONNX's ((n·C + c)·H + h)·W + w. */
const MaxPoolWithArgmax = lowering('MaxPoolWithArgmax', ['x'], (op, { x }, attrs: ArgmaxAttributes, { outputs }) => {
  const [largest, places] = op.many('MaxPool', [toChannelsFirst(op, x)], poolAttributes(poolWindows(x, outputs[0], attrs)), 2);
  const [, height, width, channels] = shapeOf(x) as readonly number[];
  const shape = channelsFirstShape(shapeOf(outputs[0]), true);
  largest.shape = shape;
  const channel = op.constant(
    Array.from({ length: channels }, (_, i) => i),
    'int64',
    [channels, 1, 1],
  );
  const inImage = op.Add(op.Mul(op.Mod(places, height * width), channels), channel);
  const image = height * width * channels;
  const index = attrs.includeBatchInIndex ? op.Add(inImage, op.Mul(op.Div(places, image), image)) : inImage;
  index.shape = shape;
  return [toChannelsLast(op, largest), toChannelsLast(op, index)];
});

export const pools: readonly Lowering[] = [
  pool('MaxPool', 'MaxPool'),
  pool('MaxPool3D', 'MaxPool'),
  pool('AvgPool', 'AveragePool'),
  pool('AvgPool3D', 'AveragePool'),
  maxPoolGrad('MaxPoolGrad'),
  maxPoolGrad('MaxPool3DGrad'),
  avgPoolGrad('AvgPoolGrad'),
  avgPoolGrad('AvgPool3DGrad'),
  MaxPoolWithArgmax,
];
