import type { Optimizer } from '@tensorflow/tfjs';

/** tfjs has the rate of an optimiser as a protected field; a compiled step takes it from there at each call. */
export const setRate = (optimizer: Optimizer, rate: number): void => {
  (optimizer as unknown as { learningRate: number }).learningRate = rate;
};
