import { convolutionalNetworks, mlpNetworks, type NetworkFamily } from '../../../models/index.ts';
import { type ImageShape, shapeText } from '../../data/imageShape.ts';
import { InputError } from '../../errors.ts';
import type { NetworkName } from '../names.ts';

export interface FamilyFlags {
  readonly network: NetworkName;
  readonly hidden?: readonly number[];
}

/** Filters of the convolutions, each of which halves width and height; as many of them as the images can be halved. */
const FILTERS = [32, 64, 128];

function convolutions(images: ImageShape | null): NetworkFamily {
  if (images === null)
    throw new InputError('--network convolutional: rows of a table are no images; give a folder of images, or another network.');
  const { width, height, channels } = images;
  const filters = FILTERS.filter((_, i) => width % 2 ** (i + 1) === 0);
  if (width !== height || filters.length === 0)
    throw new InputError(
      `--network convolutional: takes square images whose side is even; these are ${shapeText(images)}. Give --size, or --network mlp.`,
    );
  return convolutionalNetworks({ size: width, channels, filters });
}

/**
 * The networks that the options ask for, by default multilayer perceptrons.
 *
 * @param images null: the data are a table
 * @throws InputError where images are missing, or of a size that convolutions do not take
 */
export function networksFor({ network, hidden }: FamilyFlags, images: ImageShape | null): NetworkFamily {
  if (network !== 'convolutional') return mlpNetworks(hidden && { hidden });
  if (hidden !== undefined) throw new InputError('--hidden: widths of a multilayer perceptron; leave it out with --network convolutional.');
  return convolutions(images);
}
