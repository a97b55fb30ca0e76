import type { Tensor2D } from '@tensorflow/tfjs';

/** Points as a tensor `[n, m]`, or as n rows of m numbers. */
export type Points = Tensor2D | readonly (ArrayLike<number> & { readonly [index: number]: number })[];
