import { type Size, symbol } from '../ir/size.ts';
import type { TracedInput } from '../trace/traceOnce.ts';

/** Shape and dtype of an argument of a call. */
export interface Argument {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** The name of the size that calls may vary. */
export const BATCH = 'batch';

/** What calls must have in common to share a trace, and the inputs to trace with. */
export interface Signature {
  readonly key: string;
  readonly inputs: readonly TracedInput[];
}

const signatureOf = (names: readonly string[], dtypes: readonly string[], shapes: readonly (readonly Size[])[]): Signature => ({
  key: shapes.map((shape, i) => `${dtypes[i]}[${shape.map((size) => (typeof size === 'number' ? size : BATCH))}]`).join(' '),
  inputs: names.map((name, i) => ({ name, shape: shapes[i], dtype: dtypes[i] as TracedInput['dtype'] })),
});

/** The sizes of a call as they are. */
export const closed = (names: readonly string[], given: readonly Argument[]): Signature =>
  signatureOf(
    names,
    given.map(({ dtype }) => dtype),
    given.map(({ shape }) => shape),
  );

/** The same with the first size of the first argument left open, wherever it is the first size of an argument. */
export function open(names: readonly string[], given: readonly Argument[]): Signature {
  const batch = given.find(({ shape }) => shape.length > 0)?.shape[0];
  const shapes = given.map(({ shape }) => shape.map((size, axis): Size => (axis === 0 && size === batch ? symbol(BATCH) : size)));
  return signatureOf(
    names,
    given.map(({ dtype }) => dtype),
    shapes,
  );
}
