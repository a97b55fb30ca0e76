import { variadic } from './lowering.ts';

/** ONNX's Sum takes any number of floats; integers, which have no Sum, are added one by one. */
export const AddN = variadic('AddN', (op, values) =>
  values[0].dtype === 'float32' ? op.Sum(...values) : values.reduce((a, b) => op.Add(a, b)),
);
