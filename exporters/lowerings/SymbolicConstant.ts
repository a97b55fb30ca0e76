import { isSymbolic, type Size } from '../ir/size.ts';
import { lowering } from './lowering.ts';

/** Numbers that follow the symbolic sizes, such as the divisor of a mean; made by the tracer, not by a tfjs kernel. */
export const SymbolicConstant = lowering(
  'SymbolicConstant',
  [],
  (op, _inputs, { entries, reciprocal }: { entries: readonly Size[]; reciprocal: boolean }, node) => {
    const [{ dtype, shape }] = node.outputs;
    // Sizes are integers, but a scale such as the 3 of 1/(3 batch) or 0.5 batch need not be: compute in the target's type.
    const parts = entries.map((entry) => {
      if (!isSymbolic(entry)) return op.constant([entry], dtype);
      const terms = Object.entries(entry.coefficients).map(([name, coefficient]) => {
        const length = op.measure(name, dtype);
        return coefficient === 1 ? length : op.Mul(length, op.constant([coefficient], dtype));
      });
      if (entry.constant !== 0) terms.push(op.constant([entry.constant], dtype));
      return terms.reduce((a, b) => op.Add(a, b));
    });
    const flat = parts.length === 1 ? parts[0] : op.Concat(...parts, { axis: 0 });
    return op.reshape(reciprocal ? op.Reciprocal(flat) : flat, shape ?? []);
  },
  ['entries'],
);

/** start + step · i for i below a symbolic count. */
export const SymbolicRange = lowering(
  'SymbolicRange',
  [],
  (op, _inputs, { start, step, count }: { start: number; step: number; count: Size }, { outputs: [{ dtype }] }) => {
    // Counted in integers: a float limit could gain or lose the last entry to rounding.
    const zero = op.scalar(0, 'int64');
    const index = op.Range(zero, op.Squeeze(op.sizes([count])), op.scalar(1, 'int64'));
    return op.Add(op.Mul(op.cast(index, dtype), step), start);
  },
  ['count'],
);
