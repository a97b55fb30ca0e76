/** Second word of every stream's key, after the seed: streams for different purposes never share their numbers. */
export const STREAM = {
  weights: 1,
  split: 2,
  order: 3,
  smoothing: 4,
  noise: 5,
  validationSmoothing: 6,
  validationNoise: 7,
  /** Dropout and the other noise layers of a layers model. */
  layerNoise: 8,
  /** Which noise level each sample has. */
  levels: 9,
  validationLevels: 10,
  /** Starts of sampling chains, whose step k draws from (seed, k) with k from 1. */
  sample: 0,
} as const;
