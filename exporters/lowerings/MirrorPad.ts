import { isSymbolic } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { lowering } from './lowering.ts';

interface MirrorPadAttributes {
  readonly paddings: readonly (readonly [number, number])[];
  readonly mode: 'reflect' | 'symmetric';
}

/** ONNX pads with a reflection that leaves out the border; one that repeats it is a Gather in each padded axis. */
export const MirrorPad = lowering('MirrorPad', ['x'], (op, { x }, { paddings, mode }: MirrorPadAttributes) => {
  if (mode === 'reflect') {
    return op.Pad(x, op.sizes([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]), { mode });
  }
  return paddings.reduce<Value>((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded;
    const size = x.shape?.[axis];
    if (size === undefined || isSymbolic(size)) {
      throw new Error(`symmetric padding of axis ${axis}, whose size is symbolic, has no ONNX form; export with that size fixed`);
    }
    const positions = Array.from({ length: before + size + after }, (_, i) => {
      const position = i - before;
      if (position < 0) return -position - 1;
      return position < size ? position : 2 * size - 1 - position;
    });
    return op.Gather(padded, op.constant(positions, 'int64'), { axis });
  }, x);
});
