import type { SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../../plugin/checkOptionNames.ts';
import type { Activation } from '../../plugin/energy/perceptron.ts';
import type { NetworkFamily } from './family.ts';
import { dense, downwards, upwards } from './layers.ts';

export interface ConvolutionalNetworksOptions {
  /** Height and width of the images. Default 32. */
  readonly size?: number;
  /** Numbers a pixel. Default 3. */
  readonly channels?: number;
  /** Filters of each convolution, every one of which halves height and width. Default [32, 64, 128]. */
  readonly filters?: readonly number[];
  /** Width of the features. Default 256. */
  readonly width?: number;
  /** Default 'elu'. */
  readonly activation?: Activation;
}

/**
 * Convolutions of stride 2 down to features, transposed ones up from codes. Rows of data are images in the order height, width, channel, flattened.
 *
 * @throws RangeError where the size cannot be halved as often as there are convolutions; Error for unknown options
 */
export function convolutionalNetworks(options: ConvolutionalNetworksOptions = {}): NetworkFamily {
  checkOptionNames('convolutionalNetworks', options, ['size', 'channels', 'filters', 'width', 'activation']);
  const { size = 32, channels = 3, filters = [32, 64, 128], width = 256, activation = 'elu' } = options;
  const least = size / 2 ** filters.length;
  if (filters.length === 0 || !Number.isInteger(least) || least < 1)
    throw new RangeError(
      `convolutionalNetworks: images of size ${size} cannot be halved ${filters.length} times; give a size that is a multiple of ${2 ** filters.length}, or other filters.`,
    );
  const columns = size * size * channels;
  const reshape = (x: SymbolicTensor, targetShape: number[]) => tf.layers.reshape({ targetShape }).apply(x) as SymbolicTensor;
  return {
    name: `convolutional ${size}x${size}x${channels} ${filters.join('-')} ${width} ${activation}`,
    columns,
    activation,
    width,
    trunk: (data, seeds) => {
      const image = reshape(data, [size, size, channels]);
      const maps = filters.reduce((x, count) => downwards(x, count, activation, seeds), image);
      return dense(tf.layers.flatten().apply(maps) as SymbolicTensor, width, seeds, { activation });
    },
    decoder: (codes, _columns, seeds) => {
      const [last, ...rest] = [...filters].reverse();
      const h = dense(dense(codes, width, seeds, { activation }), least * least * last, seeds, { activation });
      const maps = rest.reduce((x, count) => upwards(x, count, activation, seeds), reshape(h, [least, least, last]));
      return reshape(upwards(maps, channels, 'linear', seeds), [columns]);
    },
  };
}
