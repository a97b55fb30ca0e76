import { isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';
import { activate, type FusedActivation } from './activation.ts';
import { lowering } from './lowering.ts';

interface MatMulAttributes extends FusedActivation {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const sizesOf = (x: Value): readonly Size[] => x.shape as readonly Size[];

/** tfjs multiplies matrices as stacks of one, `[1, n, k]`; as plain matrices they are a Gemm, which transposes for free. */
const isPlain = (x: Value): boolean =>
  sizesOf(x)
    .slice(0, -2)
    .every((size) => !isSymbolic(size) && size === 1);

type Finish = (product: Value) => Value;

/** a·b, with `finish` applied where the product is still a plain matrix. */
function product(op: Builder, a: Value, b: Value, attrs: MatMulAttributes, shape: readonly Size[], finish: Finish = (x) => x): Value {
  const { transposeA, transposeB } = attrs;
  // Runtimes have no Gemm of integers.
  if (isPlain(a) && isPlain(b) && (a.dtype === 'float32' || !(transposeA || transposeB))) {
    const matrixA = asMatrix(op, a);
    const matrixB = asMatrix(op, b);
    const flat =
      transposeA || transposeB
        ? op.Gemm(matrixA, matrixB, { transA: transposeA ? 1 : null, transB: transposeB ? 1 : null })
        : op.MatMul(matrixA, matrixB);
    flat.shape = shape.slice(-2);
    const finished = finish(flat);
    finished.shape ??= flat.shape;
    return shape.length === 2 ? finished : op.reshape(finished, shape);
  }
  return finish(op.MatMul(transposeA ? transposed(op, a) : a, transposeB ? transposed(op, b) : b));
}

function asMatrix(op: Builder, x: Value): Value {
  const shape = sizesOf(x);
  if (shape.length === 2) return x;
  const matrix = op.reshape(x, shape.slice(-2));
  matrix.shape = shape.slice(-2);
  return matrix;
}

function transposed(op: Builder, x: Value): Value {
  const axes = sizesOf(x).map((_, axis) => axis);
  return op.Transpose(x, { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
}

export const BatchMatMul = lowering('BatchMatMul', ['a', 'b'], (op, { a, b }, attrs: MatMulAttributes, { outputs }) =>
  product(op, a, b, attrs, outputs[0].shape as readonly Size[]),
);

export const FusedMatMul = lowering(
  '_FusedMatMul',
  ['a', 'b', 'bias?', 'preluActivationWeights?'],
  (op, inputs, attrs: MatMulAttributes, { outputs }) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    const finish: Finish = (x) => {
      const biased = bias ? op.Add(x, bias) : x;
      // Passes look at shapes; a bias does not change one.
      biased.shape ??= x.shape;
      return activate(op, biased, attrs, preluActivationWeights);
    };
    return product(op, a, b, attrs, outputs[0].shape as readonly Size[], finish);
  },
);
