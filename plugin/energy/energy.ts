import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** Negative log-density in nats up to a constant, with respect to the manifold's volume measure: `[batch, m]` → `[batch]`. */
export type Energy = (x: Tensor2D) => Tensor1D;
