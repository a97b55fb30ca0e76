import type { Size } from '../ir/size.ts';
import { lowering } from './lowering.ts';
import { TO_THE_END } from './shapes.ts';
import { padsOf, type WindowAttributes, windows } from './windows.ts';

/** What tfjs starts its maximum from. */
const LOWEST = Number.MIN_SAFE_INTEGER;

/** Grey-scale dilation: the largest of x + filter over each window, as one Max over the places of the filter. */
export const Dilation2D = lowering('Dilation2D', ['x', 'filter'], (op, { x, filter }, attrs: WindowAttributes, { outputs }) => {
  const [height, width, channels] = filter.shape as readonly number[];
  const [, ...input] = x.shape as readonly Size[];
  const [, ...output] = outputs[0].shape as readonly Size[];
  const list = windows({ input: input.slice(0, 2), output: output.slice(0, 2), filter: [height, width] }, attrs);
  const [top, left, bottom, right] = padsOf(list);
  const bordered = op.Pad(x, op.sizes([0, top, left, 0, 0, bottom, right, 0]), op.scalar(LOWEST, x.dtype));
  const rows = op.reshape(filter, [height * width, 1, channels]);
  const sums = Array.from({ length: height * width }, (_, place) => {
    const start = [Math.floor(place / width) * list[0].dilation, (place % width) * list[1].dilation];
    const end = start.map((from, i) => from + ((output[i] as number) - 1) * list[i].stride + 1);
    const steps = op.sizes(list.map(({ stride }) => stride));
    const window = op.Slice(bordered, op.sizes(start), op.sizes(end), op.sizes([1, 2]), steps);
    return op.Add(window, op.Slice(rows, op.sizes([place]), op.sizes([place === height * width - 1 ? TO_THE_END : place + 1])));
  });
  return sums.length === 1 ? sums[0] : op.Max(...sums);
});
