import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import type { ReadInputs } from './readInputs.ts';
import { type Block, emptyBlock } from './tensors.ts';
import type { NumberDefault, TrainCard, TrainInputCard } from './trainCard.ts';

/** What noise and schedules depend on. */
export interface Moment {
  readonly seed: number;
  /** Steps taken before. */
  readonly step: number;
}

function draw({ name, shape, distribution }: TrainInputCard, index: number, { seed, step }: Moment, sizes: ReadInputs['sizes']): Block {
  const full = shape.map((size) => {
    const known = typeof size === 'number' ? size : sizes.get(size);
    if (known !== undefined) return known;
    throw new Error(`step: no input tells the size "${size}" of the noise "${name}" [${shape.join(', ')}]. Give the noise itself.`);
  });
  const block = emptyBlock('float32', full);
  const values = block.values as Float32Array;
  const stream = randomStream(seed, step, index);
  if (distribution === 'uniform') for (let i = 0; i < values.length; i++) values[i] = stream.uniform();
  else if (distribution !== undefined) fillRandom(values, distribution, stream);
  return block;
}

/** Averages that begin with a small decay forget the initial weights, as in `fit`. */
const share = (decay: number, step: number): number => 1 - Math.min(decay, (1 + step) / (10 + step));

function numberAt(value: NumberDefault, step: number, numbers: (name: string) => number): number {
  if (typeof value === 'number') return value;
  if ('decay' in value) return share(value.decay, step);
  return Math.min(value.factor * numbers(value.squareOf) ** 2, value.atMost ?? Number.POSITIVE_INFINITY);
}

/**
 * All inputs of a step: what is given, noise drawn from the stream (seed, step, place of the input in the card), and numbers by their defaults.
 *
 * @throws Error where the size of noise is not known
 */
export function completeInputs({ inputs }: TrainCard, { blocks, sizes }: ReadInputs, moment: Moment): Record<string, Block> {
  const numbers = (name: string): number => {
    const given = blocks[name];
    const fallback = inputs.find((input) => input.name === name)?.default;
    return given ? given.values[0] : fallback === undefined ? Number.NaN : numberAt(fallback, moment.step, numbers);
  };
  const complete = (input: TrainInputCard, index: number): Block => {
    const given = blocks[input.name];
    if (given !== undefined) return given;
    if (input.distribution !== undefined) return draw(input, index, moment, sizes);
    const block = emptyBlock(input.dtype, []);
    block.values[0] = numbers(input.name);
    return block;
  };
  return Object.fromEntries(inputs.map((input, index) => [input.name, complete(input, index)]));
}
