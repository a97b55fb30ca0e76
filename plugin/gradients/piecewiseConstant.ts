import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

/** Kernels whose values are constant but for jumps, and their inputs. tfjs has no gradient for most, and a backward pass that meets one throws. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  Equal: ['a', 'b'],
  Greater: ['a', 'b'],
  GreaterEqual: ['a', 'b'],
  Less: ['a', 'b'],
  LessEqual: ['a', 'b'],
  LogicalAnd: ['a', 'b'],
  LogicalNot: ['x'],
  LogicalOr: ['a', 'b'],
  NotEqual: ['a', 'b'],
};

/** Zeros of the shape of t and of type float32, the only one that tfjs takes for a gradient. */
export const zerosFor = (t: Tensor): Tensor => tf.zerosLike(t.dtype === 'float32' ? t : tf.cast(t, 'float32'));

export const piecewiseConstant: readonly GradConfig[] = Object.entries(INPUTS).map(([kernel, inputs]) =>
  gradient(kernel, inputs, (_dy, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => zerosFor(saved[i])]))),
);
