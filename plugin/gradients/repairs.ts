import type { GradConfig } from '@tensorflow/tfjs';
import { binary } from './binary.ts';
import { elementwise } from './elementwise.ts';
import { piecewiseConstant } from './piecewiseConstant.ts';
import { Softmax } from './Softmax.ts';

/** Every gradient that `register` installs. */
export const repairs: readonly GradConfig[] = [...elementwise, ...binary, ...piecewiseConstant, Softmax];
