import * as tf from '@tensorflow/tfjs';
import type { CaseInput } from './loweringCase.ts';

type Values = NonNullable<CaseInput['values']>;

/** Ranges of inputs that suit a function. */
export const positive: Values = (_i, draw) => 0.1 + Math.abs(draw);
export const aboveOne: Values = (_i, draw) => 1.1 + Math.abs(draw);
export const insideOne: Values = (_i, draw) => 0.95 * Math.tanh(draw);
/** Multiples of a half, so that rounding meets ties. */
export const halves: Values = (_i, draw) => Math.round(4 * draw) / 2;
/** No two entries equal, so that the place of a maximum is certain. */
export const distinct: Values = (i, draw) => draw + 1e-3 * (i % 97);
export const signedIntegers: Values = (_i, draw) => Math.round(5 * draw);
export const nonzeroIntegers: Values = (_i, draw) => Math.round(5 * draw) || 3;
/** NaN, infinities and both zeros among plain numbers. */
export const special: Values = (i, draw) => [draw, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0][i % 6];
/** 0 … size − 1 */
export const below =
  (size: number): Values =>
  (_i, draw) =>
    Math.floor(Math.abs(draw) * 1000) % size;

/** A kernel as such: backward kernels have no public function. */
export const runKernel = (name: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown> = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
