import { isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { inChannelsFirst } from './layout.ts';
import { type Lowering, lowering } from './lowering.ts';

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

const shapeOf = (value: Value): readonly Size[] => value.shape as readonly Size[];

function staticSize(size: Size): number {
  if (isSymbolic(size)) throw new Error('resizing an image of symbolic size has no ONNX form; export with that size fixed');
  return size;
}

/** Pixels of the source per pixel of the result; with aligned corners, counted from centre to centre. */
function scaleOf(source: number, target: number, alignCorners: boolean): number {
  return alignCorners && target > 1 ? (source - 1) / (target - 1) : source / target;
}

/** The source pixel of each result pixel, by tfjs's rules: rounded with aligned corners, else cut. */
function nearest(source: number, target: number, { alignCorners, halfPixelCenters }: ResizeAttributes): number[] {
  const scale = scaleOf(source, target, alignCorners);
  return Array.from({ length: target }, (_, i) => {
    const position = scale * (halfPixelCenters ? i + 0.5 : i);
    return Math.max(0, Math.min(source - 1, alignCorners ? Math.round(position) : Math.floor(position)));
  });
}

const onBothAxes = (value: Value, apply: (value: Value, axis: 1 | 2) => Value): Value => apply(apply(value, 1), 2);

/** Rows, then columns, picked by constant indices: exactly tfjs's choice, where ONNX's rounding of positions may differ. */
export const ResizeNearestNeighbor = lowering(
  'ResizeNearestNeighbor',
  ['images'],
  (op, { images }, attrs: ResizeAttributes, { outputs }) =>
    onBothAxes(images, (value, axis) => {
      const [source, target] = [shapeOf(images)[axis], shapeOf(outputs[0])[axis]].map(staticSize);
      const picks = nearest(source, target, attrs);
      return picks.length === source && picks.every((pick, i) => pick === i)
        ? value
        : op.Gather(value, op.constant(picks, 'int64'), { axis });
    }),
  ['size'],
);

export const ResizeBilinear = lowering(
  'ResizeBilinear',
  ['images'],
  (op, { images }, { alignCorners, halfPixelCenters }: ResizeAttributes, { outputs }) => {
    const shape = shapeOf(outputs[0]);
    const centres = halfPixelCenters ? 'half_pixel' : 'asymmetric';
    return inChannelsFirst(op, images, true, shape, (data) =>
      op.Resize(data, null, null, op.sizes([shape[0], shape[3], shape[1], shape[2]]), {
        mode: 'linear',
        coordinate_transformation_mode: alignCorners ? 'align_corners' : centres,
      }),
    );
  },
  ['size'],
);

/** How much of each result pixel (column) every source pixel (row) makes; the transpose of resizing. */
type Weights = (source: number, target: number, attrs: ResizeAttributes) => number[];

const nearestWeights: Weights = (source, target, { alignCorners }) => {
  const weights = new Array<number>(source * target).fill(0);
  nearest(source, target, { alignCorners }).forEach((pick, i) => {
    weights[pick * target + i] = 1;
  });
  return weights;
};

const bilinearWeights: Weights = (source, target, { alignCorners }) => {
  const weights = new Array<number>(source * target).fill(0);
  const scale = scaleOf(source, target, alignCorners);
  for (let i = 0; i < target; i++) {
    const [low, high] = [Math.floor(scale * i), Math.min(Math.ceil(scale * i), source - 1)];
    weights[low * target + i] += 1 - (scale * i - low);
    weights[high * target + i] += scale * i - low;
  }
  return weights;
};

/** One side of an image multiplied by a matrix from the left. */
function multiplyAxis(op: Builder, matrix: Value, x: Value, axis: 1 | 2): Value {
  const [batch, height, width, channels] = shapeOf(x);
  const [rows] = shapeOf(matrix);
  if (axis === 2) return op.MatMul(matrix, x);
  const flat = op.reshape(x, [batch, height, staticSize(width) * staticSize(channels)]);
  return op.reshape(op.MatMul(matrix, flat), [batch, rows, width, channels]);
}

/** As in tfjs, whose gradients know no half-pixel centres. */
const resizeGrad = (kernel: string, weightsOf: Weights): Lowering =>
  lowering(kernel, ['images', 'dy'], (op, { images, dy }, attrs: ResizeAttributes, { outputs }) => {
    const result = onBothAxes(dy, (value, axis) => {
      const [source, target] = [shapeOf(images)[axis], shapeOf(dy)[axis]].map(staticSize);
      return multiplyAxis(op, op.constant(weightsOf(source, target, attrs), 'float32', [source, target]), value, axis);
    });
    result.shape = shapeOf(images);
    // tfjs 4.22 swaps height and width in the shape of the bilinear gradient.
    return op.reshape(result, shapeOf(outputs[0]));
  });

export const resizeGrads: readonly Lowering[] = [
  resizeGrad('ResizeNearestNeighborGrad', nearestWeights),
  resizeGrad('ResizeBilinearGrad', bilinearWeights),
];
