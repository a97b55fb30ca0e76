import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { spread } from './spread.ts';

/** Attributes of a tfjs pooling kernel of two or three spatial axes. */
export interface PoolAttributes {
  readonly filterSize: number | [number, number] | [number, number, number];
  readonly strides: number | [number, number] | [number, number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** One spatial axis of a pooling: output i sees input entries i · stride − before + (0 … filter − 1). */
export interface Window {
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly out: number;
}

/** The windows along each spatial axis of x, `[batch, …spatial, channels]`. */
export function windowsOf(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): Window[] {
  const window = (axis: number, filter: number, stride: number, before: number, out: number): Window => ({
    filter,
    stride,
    before,
    // Rounded up, the last window may end beyond the padding.
    after: Math.max(0, (out - 1) * stride + filter - before - shape[axis]),
    out,
  });
  if (shape.length === 4) {
    const info = tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize as number,
      strides as number,
      1,
      pad,
      dimRoundingMode,
    );
    return [
      window(1, info.filterHeight, info.strideHeight, info.padInfo.top, info.outHeight),
      window(2, info.filterWidth, info.strideWidth, info.padInfo.left, info.outWidth),
    ];
  }
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    pad,
    dimRoundingMode,
  );
  return [
    window(1, info.filterDepth, info.strideDepth, info.padInfo.front, info.outDepth),
    window(2, info.filterHeight, info.strideHeight, info.padInfo.top, info.outHeight),
    window(3, info.filterWidth, info.strideWidth, info.padInfo.left, info.outWidth),
  ];
}

export const paddingsOf = (windows: readonly Window[]): [number, number][] => [
  [0, 0],
  ...windows.map(({ before, after }): [number, number] => [before, after]),
  [0, 0],
];

/** x with the padding of its windows made explicit; x itself where there is none. */
export const padded = (x: Tensor, windows: readonly Window[], value: number): Tensor =>
  windows.every(({ before, after }) => before === 0 && after === 0) ? x : tf.pad(x, paddingsOf(windows), value);

/** Every place in a window, in row-major order. */
export const placesOf = (windows: readonly Window[]): number[][] =>
  windows.reduce<number[][]>(
    (places, { filter }) => places.flatMap((place) => Array.from({ length: filter }, (_, i) => [...place, i])),
    [[]],
  );

/** The entry at one place of every window of a padded tensor: a strided slice of the outputs' shape. */
export function take(x: Tensor, windows: readonly Window[], place: readonly number[]): Tensor {
  const begin = [0, ...place, 0];
  const extents = windows.map(({ out, stride }) => (out - 1) * stride + 1);
  const size = [x.shape[0], ...extents, x.shape[x.rank - 1]];
  const end = size.map((extent, axis) => begin[axis] + extent);
  return tf.stridedSlice(x, begin, end, [1, ...windows.map(({ stride }) => stride), 1]);
}

/** The transpose of `take` from a padded tensor whose shape before padding was `shape`. */
export function put(t: Tensor, windows: readonly Window[], place: readonly number[], shape: readonly number[]): Tensor {
  const along = windows.map(({ stride, before, after }, i) => ({ begin: place[i], stride, size: before + shape[i + 1] + after }));
  const whole = (axis: number) => ({ begin: 0, stride: 1, size: shape[axis] });
  return spread(t, [whole(0), ...along, whole(shape.length - 1)]);
}

/** A padded tensor without its padding. */
export const cropped = (t: Tensor, windows: readonly Window[], shape: readonly number[]): Tensor =>
  windows.every(({ before, after }) => before === 0 && after === 0)
    ? t
    : tf.slice(t, [0, ...windows.map(({ before }) => before), 0], [...shape]);
