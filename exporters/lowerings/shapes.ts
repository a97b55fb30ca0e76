import type { Size } from '../ir/size.ts';
import { type Lowering, lowering, variadic } from './lowering.ts';

/** Kernels that move or repeat elements without computing. */
export const shapes: readonly Lowering[] = [
  lowering('Identity', ['x'], (_op, { x }) => x),
  lowering('Reshape', ['x'], (op, { x }, _attrs, { outputs }) => op.reshape(x, outputs[0].shape as readonly Size[]), ['shape']),
  lowering('ExpandDims', ['input'], (op, { input }, _attrs, { outputs }) => op.reshape(input, outputs[0].shape as readonly Size[])),
  lowering('Transpose', ['x'], (op, { x }, { perm }: { perm: readonly number[] }) => op.Transpose(x, { perm })),
  lowering('BroadcastTo', ['x'], (op, { x }, _attrs, { outputs }) => op.Expand(x, op.sizes(outputs[0].shape as readonly Size[])), [
    'shape',
    'inputShape',
  ]),
  variadic('Concat', (op, values, { axis }: { axis: number }) => op.Concat(...values, { axis })),
  lowering('Cast', ['x'], (op, { x }, _attrs, { outputs }) => op.cast(x, outputs[0].dtype)),
];
