import { checkOptionNames } from '../../plugin/checkOptionNames.ts';
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
 * @throws RangeError without hidden layers, or for widths that are no positive integers; Error for unknown options
 */
export function mlpNetworks(options: MlpNetworksOptions = {}): NetworkFamily {
  checkOptionNames('mlpNetworks', options, ['hidden', 'activation']);
  const { hidden = [256, 256], activation = 'tanh' } = options;
  const width = Array.isArray(hidden) ? (hidden.at(-1) as number | undefined) : undefined;
  if (width === undefined || !hidden.every((units) => Number.isInteger(units) && units > 0))
    throw new RangeError(
      `mlpNetworks: hidden must be a list of at least one positive integer, such as [256, 256]; got ${JSON.stringify(hidden)}.`,
    );
  return {
    name: `mlp ${hidden.join('-')} ${activation}`,
    columns: null,
    activation,
    width,
    trunk: (data, seeds) => hiddenLayers(data, hidden, activation, seeds),
    decoder: (codes, columns, seeds) => dense(hiddenLayers(codes, [...hidden].reverse(), activation, seeds), columns, seeds),
  };
}
