import { type Command, Option } from 'commander';
import { InputError } from '../errors.ts';
import { channels, type ImageSize, imageSize } from '../options.ts';

/** How images are rows of numbers: height, width, channel, the last fastest. */
export interface ImageShape extends ImageSize {
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
}

export interface ImageFlags {
  readonly size?: ImageSize;
  readonly channels?: 1 | 3;
}

export const IMAGE_OPTIONS = ['--size', '--channels'];

export const columnsOf = ({ width, height, channels }: ImageShape): number => width * height * channels;

export const shapeText = ({ width, height, channels }: ImageShape): string => `${width}x${height} in ${channels === 1 ? 'grey' : 'colour'}`;

/**
 * The options of commands that read folders of images.
 *
 * @param unless what holds for each where it is not given
 */
export const withImageOptions = (command: Command, unless: { readonly size: string; readonly channels: string }): Command =>
  command
    .addOption(
      new Option('--size <WxH>', `width and height that images of a folder are cut and scaled to (${unless.size})`).argParser(imageSize),
    )
    .addOption(new Option('--channels <n>', `1: images in grey; 3: red, green, blue (${unless.channels})`).argParser(channels));

/**
 * Images that are rows of so many columns: those that the model's file states, else of the size and channels that the user gave, else square
 * ones. No number of columns fits both grey and coloured squares, s² = 3t².
 *
 * @param model the file, for messages
 * @throws InputError where there are none, or the user asks for others than the file states
 */
export function imageShapeFor(
  { size, channels: wanted }: ImageFlags,
  columns: number,
  stated: ImageShape | null,
  model: string,
): ImageShape {
  const given = [...(size ? [`--size ${size.width}x${size.height}`] : []), ...(wanted ? [`--channels ${wanted}`] : [])].join(' ');
  if (stated !== null && columnsOf(stated) === columns) {
    const { width, height } = size ?? stated;
    if (width === stated.width && height === stated.height && (wanted ?? stated.channels) === stated.channels) return stated;
    throw new InputError(`${given}: ${model} was trained on images of ${shapeText(stated)}. Leave this out, to read them like that.`);
  }
  const guesses = ([1, 3] as const).flatMap((count): ImageShape[] => {
    const side = Math.round(Math.sqrt(columns / count));
    return [{ width: side, height: side, channels: count }, ...(size ? [{ ...size, channels: count }] : [])];
  });
  const found = guesses.find(
    (shape) =>
      columnsOf(shape) === columns &&
      (size === undefined || (shape.width === size.width && shape.height === size.height)) &&
      (wanted === undefined || shape.channels === wanted),
  );
  if (found !== undefined) return found;
  throw new InputError(
    given === ''
      ? `${model}: takes rows of ${columns} numbers, which are no square images in grey or colour. Give --size WIDTHxHEIGHT, and --channels 1 or 3.`
      : `${given}: no image of these has the ${columns} numbers that ${model} takes.`,
  );
}

/** What a file says of the images it was trained on, for `encode`; of a table nothing. */
export const imageMetadata = (images: ImageShape | null): { image?: ImageShape } =>
  images === null ? {} : { image: { width: images.width, height: images.height, channels: images.channels } };

/** The images that a file says it was trained on, in the metadata that `train` writes; null where it says nothing of the kind. */
export function statedShape(metadata: Readonly<Record<string, string>>): ImageShape | null {
  if (metadata.image === undefined) return null;
  try {
    const { width, height, channels } = JSON.parse(metadata.image) as ImageShape;
    return width > 0 && height > 0 && (channels === 1 || channels === 3) ? { width, height, channels } : null;
  } catch {
    return null;
  }
}
