import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** Negative log-density in nats up to a constant, with respect to the manifold's volume measure: `[batch, m]` → `[batch]`. */
export type Energy = (x: Tensor2D) => Tensor1D;

/** The energy of the data's density blurred by the heat kernel of width σ, for each point its own: x `[batch, m]`, sigma `[batch, 1]` → `[batch]`. */
export type ConditionalEnergy = (x: Tensor2D, sigma: Tensor2D) => Tensor1D;
