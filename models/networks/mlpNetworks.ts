import type { Activation } from '../../plugin/energy/perceptron.ts';
import type { NetworkFamily } from './family.ts';
import { dense, hiddenLayers } from './layers.ts';

export interface MlpNetworksOptions {
  /** Width of each hidden layer. Default [256, 256]. */
  readonly hidden?: readonly number[];
  /** Default 'tanh'. */
  readonly activation?: Activation;
}

/**
 * Multilayer perceptrons, by default those of the MNIST experiments of Wang et al. 2020.
 *
 * @throws RangeError without hidden layers
 */
export function mlpNetworks({ hidden = [256, 256], activation = 'tanh' }: MlpNetworksOptions = {}): NetworkFamily {
  const width = hidden.at(-1);
  if (width === undefined) throw new RangeError('mlpNetworks: hidden must have at least one width; got [].');
  return {
    name: `mlp ${hidden.join('-')} ${activation}`,
    columns: null,
    activation,
    width,
    trunk: (data, seeds) => hiddenLayers(data, hidden, activation, seeds),
    decoder: (codes, columns, seeds) => dense(hiddenLayers(codes, [...hidden].reverse(), activation, seeds), columns, seeds),
  };
}
