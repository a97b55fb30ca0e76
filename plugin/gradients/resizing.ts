import type { GradConfig, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

interface Attributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: readonly [number, number];
}

/** Which entries of an axis of `size` an output takes, and in what shares; `at` is its place among them. */
type Sample = (at: number, size: number, attributes: Attributes) => readonly (readonly [index: number, share: number])[];

const bilinear: Sample = (at, size, { halfPixelCenters }) => {
  const place = halfPixelCenters ? Math.max(0, at - 0.5) : at;
  const floor = Math.floor(place);
  return [
    [floor, 1 - (place - floor)],
    [Math.min(size - 1, floor + 1), place - floor],
  ];
};

const nearest: Sample = (at, size, { alignCorners }) => [[Math.min(size - 1, alignCorners ? Math.round(at) : Math.floor(at)), 1]];

/** The resampling of one axis as a matrix `[out, size]`. */
function matrix(size: number, out: number, sample: Sample, attributes: Attributes): Tensor2D {
  const { alignCorners, halfPixelCenters } = attributes;
  const ratio = alignCorners && out > 1 ? (size - 1) / (out - 1) : size / out;
  const weights = new Float32Array(out * size);
  for (let i = 0; i < out; i++) {
    for (const [index, share] of sample(ratio * (halfPixelCenters ? i + 0.5 : i), size, attributes)) weights[i * size + index] += share;
  }
  return tf.tensor2d(weights, [out, size]);
}

/** Rᵀ t along an axis. */
function transposedAlong(t: Tensor, axis: number, resample: Tensor2D): Tensor {
  const before = tf.util.sizeFromShape(t.shape.slice(0, axis));
  const [out, size] = resample.shape;
  const columns = tf.reshape(t, [before, out, t.size / (before * out)]);
  return tf.reshape(tf.matMul(resample, columns, true), t.shape.with(axis, size));
}

/** Resizing is linear along each axis. tfjs's backward kernels have no gradient, and know nothing of half pixel centres. */
const resize = (kernel: string, sample: Sample): GradConfig =>
  gradient<Attributes>(kernel, ['images'], (dy, [images], attributes) => ({
    images: () => {
      const along = (t: Tensor, axis: 1 | 2): Tensor =>
        transposedAlong(t, axis, matrix((images as Tensor4D).shape[axis], dy.shape[axis] as number, sample, attributes));
      return along(along(dy, 1), 2);
    },
  }));

export const resizing: readonly GradConfig[] = [resize(tf.ResizeBilinear, bilinear), resize(tf.ResizeNearestNeighbor, nearest)];
