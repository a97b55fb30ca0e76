import { isSymbolic, type Size } from '../ir/size.ts';
import { lowering } from './lowering.ts';
import { TO_THE_END } from './shapes.ts';

interface StridedSliceAttributes {
  readonly begin: readonly Size[];
  readonly end: readonly Size[];
  readonly strides?: readonly number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

interface Range {
  readonly axis: number;
  readonly start: Size;
  readonly end: Size;
  readonly step: number;
}

const has = (mask: number, bit: number): boolean => (mask & (1 << bit)) !== 0;

/** Python's slices, one per axis of x that is cut: `x[1:, ..., None, ::-1, 0]` comes as five entries and five bit masks. */
function ranges(attrs: StridedSliceAttributes, rank: number): Range[] {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const consumed = begin.filter((_, i) => !has(newAxisMask, i) && !has(ellipsisMask, i)).length;
  const result: Range[] = [];
  let axis = 0;
  begin.forEach((start, i) => {
    if (has(ellipsisMask, i)) {
      axis += rank - consumed;
    } else if (!has(newAxisMask, i)) {
      const step = strides?.[i] ?? 1;
      const last = step > 0 ? TO_THE_END : -TO_THE_END;
      if (has(shrinkAxisMask, i)) {
        // One element; past −1 lies the end, not 0.
        const one = isSymbolic(start) ? { ...start, constant: start.constant + 1 } : start === -1 ? TO_THE_END : start + 1;
        result.push({ axis, start, end: one, step: 1 });
      } else {
        const from = has(beginMask, i) ? (step > 0 ? 0 : TO_THE_END) : start;
        result.push({ axis, start: from, end: has(endMask, i) ? last : end[i], step });
      }
      axis++;
    }
  });
  return result.filter(({ start, end: stop, step }) => start !== 0 || stop !== TO_THE_END || step !== 1);
}

export const StridedSlice = lowering(
  'StridedSlice',
  ['x'],
  (op, { x }, attrs: StridedSliceAttributes, { outputs }) => {
    const shape = outputs[0].shape as readonly Size[];
    const cut = ranges(attrs, (x.shape ?? []).length);
    if (cut.length === 0) return op.reshape(x, shape);
    const sliced = op.Slice(
      x,
      op.sizes(cut.map(({ start }) => start)),
      op.sizes(cut.map(({ end }) => end)),
      op.sizes(cut.map(({ axis }) => axis)),
      op.sizes(cut.map(({ step }) => step)),
    );
    return attrs.newAxisMask === 0 && attrs.shrinkAxisMask === 0 ? sliced : op.reshape(sliced, shape);
  },
  ['begin', 'end'],
);
