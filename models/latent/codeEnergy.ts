import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** Energies −log q of codes in nats, up to constants. */
export interface CodeEnergy {
  /** Whether they are of q(z|x), with a row of data for each code, or of q(z), blurred, which leaves x aside. */
  readonly conditional: boolean;
  /** Codes `[batch, m]` and data `[batch, columns]` to `[batch]`. */
  of(z: Tensor2D, x: Tensor2D): Tensor1D;
}
