import { addSizes, isSymbolic, type Size } from '../ir/size.ts';
import { isChannelsLast } from './layout.ts';

/** The attributes by which tfjs's convolutions and pools say where their windows lie. */
export interface WindowAttributes {
  readonly strides: number | readonly number[];
  readonly pad: 'same' | 'valid' | number | readonly (readonly number[])[];
  readonly dilations?: number | readonly number[] | null;
  readonly dataFormat?: string;
}

/** The windows along one spatial axis. */
export interface Window {
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the first element. */
  readonly begin: number;
  /** Zeros after the last: as many as tfjs's number of windows needs. */
  readonly end: number;
  /** Trailing elements that no window reaches; then `end` is 0. */
  readonly unused: number;
}

interface Extents {
  readonly input: readonly Size[];
  readonly output: readonly Size[];
  readonly filter: readonly number[];
}

const entry = (value: number | readonly number[] | null | undefined, axis: number): number =>
  typeof value === 'number' ? value : (value?.[axis] ?? 1);

/**
 * Padding as numbers, from the spatial sizes that tfjs itself worked out: so 'same', rounding up (`dimRoundingMode: 'ceil'`) and explicit
 * padding all become one rule, Σ padding = (output − 1)·stride + extent − input, where the extent is (filter − 1)·dilation + 1.
 *
 * @throws Error for strided windows over a symbolic size: their number is not affine in it
 */
export function windows({ input, output, filter }: Extents, attrs: WindowAttributes): Window[] {
  return filter.map((width, axis) => {
    const [stride, dilation] = [entry(attrs.strides, axis), entry(attrs.dilations, axis)];
    const extent = (width - 1) * dilation + 1;
    const needed = addSizes(addSizes(extent - stride, output[axis], stride), input[axis], -1);
    if (isSymbolic(needed) || (stride > 1 && isSymbolic(output[axis]))) {
      throw new Error(
        `windows with stride ${stride} over the symbolic size of spatial axis ${axis} have no ONNX form; export with that size fixed`,
      );
    }
    const begin = beginOf(attrs, axis, needed);
    return { filter: width, stride, dilation, begin, end: Math.max(0, needed - begin), unused: Math.max(0, begin - needed) };
  });
}

function beginOf({ pad, dataFormat }: WindowAttributes, axis: number, needed: number): number {
  if (pad === 'valid') return 0;
  if (pad === 'same') return Math.floor(Math.max(0, needed) / 2);
  return typeof pad === 'number' ? pad : pad[axis + (isChannelsLast(dataFormat) ? 1 : 2)][0];
}

/** The padding attribute of ONNX: all begins, then all ends. */
export const padsOf = (list: readonly Window[]): number[] => [...list.map(({ begin }) => begin), ...list.map(({ end }) => end)];

/** Left out where it is what ONNX takes for granted. */
const unless = <T extends number | readonly number[]>(usual: number, value: T): T | undefined =>
  [value].flat().every((entry) => entry === usual) ? undefined : value;

/** ONNX's attributes of a convolution or pool, without those that say what holds anyway. */
export const windowAttributes = (list: readonly Window[], group = 1) => ({
  strides: unless(
    1,
    list.map(({ stride }) => stride),
  ),
  pads: unless(0, padsOf(list)),
  dilations: unless(
    1,
    list.map(({ dilation }) => dilation),
  ),
  group: unless(1, group),
});

/** What a ConvTranspose adds to reach elements that no window reached. */
export const outputPadding = (list: readonly Window[]) =>
  unless(
    0,
    list.map(({ unused }) => unused),
  );
