import type { SymbolicTensor } from '@tensorflow/tfjs';
import type { Activation } from '../../plugin/energy/perceptron.ts';
import type { WeightSeeds } from './layers.ts';

/** How the networks of a model between data and codes are built. */
export interface NetworkFamily {
  readonly name: string;
  /** Columns of a row of data; null: any number. */
  readonly columns: number | null;
  /** Activation of hidden layers. */
  readonly activation: Activation;
  /** Width of the small networks on codes: energies, critics, what makes an implicit posterior. */
  readonly width: number;
  /** Data `[batch, columns]` to features. */
  trunk(data: SymbolicTensor, seeds: WeightSeeds): SymbolicTensor;
  /** Codes `[batch, m]` to the decoder's outputs `[batch, columns]`. */
  decoder(codes: SymbolicTensor, columns: number, seeds: WeightSeeds): SymbolicTensor;
}
